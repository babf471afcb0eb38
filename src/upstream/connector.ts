/** How connections to a backend are made: over TCP, or over TLS with a certificate that is always verified. */
import { isIP, type LookupFunction } from 'node:net'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { buildConnector } from 'undici'
import type { BackendView } from '../core/ports.ts'

/**
 * undici would take the name to verify from a request's Host field, which is the client's to choose; here it is the
 * configuration's. The same name goes with every request (`tlsName`), so that no connection is closed for another one.
 * @param lookup the addresses of the backend's name; undefined: the system's word, each time
 */
export function connectorFor(
  backend: Pick<BackendView, 'url' | 'upstream'>,
  lookup?: LookupFunction,
): buildConnector.connector {
  const { url, upstream } = backend
  const servername = sentName(tlsName(backend))
  const connect = buildConnector({
    allowH2: false,
    timeout: upstream.connectTimeoutMs,
    ...(lookup !== undefined && { lookup }),
    ...(url.protocol === 'https:' && {
      secureContext: contextFor(upstream.ca),
      // Said aloud: an environment variable (NODE_TLS_REJECT_UNAUTHORIZED) could turn it off otherwise.
      rejectUnauthorized: true,
    }),
  })
  return (options, callback) => connect({ ...options, servername }, callback)
}

/** The name or address that the backend's certificate has to be for. */
export function tlsName({ url, upstream }: Pick<BackendView, 'url' | 'upstream'>): string {
  return upstream.serverName ?? hostOf(url)
}

/** An IPv6 address comes without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** RFC 6066 §3: an address is no server name; the certificate is compared with it all the same. */
function sentName(name: string): string {
  return isIP(name) === 0 ? name : ''
}

let systemContext: SecureContext | undefined

function contextFor(ca: string | undefined): SecureContext {
  if (ca !== undefined) return createSecureContext({ ca, minVersion: 'TLSv1.2' })
  // Node's own list and the operating system's, where administrators put the authorities of their site.
  systemContext ??= createSecureContext({
    ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system')])],
    minVersion: 'TLSv1.2',
  })
  return systemContext
}
