/**
 * What Moodle decides before any page of it runs: is this request for me? The order and the conditions are those of
 * initialise_fullme() in Moodle's lib/setuplib.php, as far as its documentation and its answers show them.
 */
import type { IncomingMessage } from 'node:http'

/** The lines of config.php that a load balancer has to know. */
export interface MoodleSite {
  /** The public address, the same on every node. */
  readonly wwwroot: string
  readonly sslproxy: boolean
  readonly reverseproxy: boolean
  /**
   * Where SERVER_PORT comes from: nginx with PHP-FPM passes the port that it listens on, Apache (UseCanonicalName Off) the
   * port of the Host field.
   */
  readonly server: 'nginx' | 'apache'
}

/** What is answered instead of the page. */
export type Refusal =
  | {
      readonly kind: 'redirect'
      readonly errorcode: 'requirecorrectaccess' | 'sslonlyaccess'
      readonly location: string
    }
  | { readonly kind: 'abused'; readonly errorcode: 'reverseproxyabused' }

/** Undefined: the page may run. */
export function refuse(site: MoodleSite, request: IncomingMessage): Refusal | undefined {
  const wwwroot = new URL(site.wwwroot)
  const target = request.url ?? '/'
  const host = request.headers.host ?? ''
  const mismatch =
    hostOf(host) !== wwwroot.hostname ||
    (wwwroot.port !== '' && serverPort(site, request) !== wwwroot.port) ||
    !target.startsWith(wwwroot.pathname)
  // A request without a Host is no browser's: Moodle lets it be.
  if (!site.reverseproxy && host !== '' && mismatch) {
    // The page that was asked for, at the right address.
    const location = wwwroot.origin + target
    return { kind: 'redirect', errorcode: 'requirecorrectaccess', location }
  }
  if (!site.sslproxy && wwwroot.protocol === 'https:') {
    return { kind: 'redirect', errorcode: 'sslonlyaccess', location: site.wwwroot }
  }
  const samePlace =
    hostOf(host) === wwwroot.hostname && (wwwroot.port === '' || serverPort(site, request) === wwwroot.port)
  return site.reverseproxy && samePlace ? { kind: 'abused', errorcode: 'reverseproxyabused' } : undefined
}

function serverPort({ server }: MoodleSite, { headers, socket }: IncomingMessage): string {
  if (server === 'nginx') return String(socket.localPort)
  return /:(\d+)$/.exec(headers.host ?? '')?.[1] ?? '80'
}

function hostOf(field: string): string {
  return field.replace(/:\d+$/, '').toLowerCase()
}
