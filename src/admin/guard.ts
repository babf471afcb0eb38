/** Who may ask. Whoever is on this machine may look; a web page that its browser shows may not, and changes need the token. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Events, RoamEvents } from '../core/events.ts'
import { Problem } from './problem.ts'

/** With or without a port: a tunnel may have another one than the server. */
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i

/**
 * Throws where a browser asks for a page of another origin. The Host field shows a name that was made to point here (DNS
 * rebinding).
 */
export function refuseForeigners({ headers }: IncomingMessage): void {
  const { host = '' } = headers
  if (!LOOPBACK_HOST.test(host))
    throw new Problem(403, `the Host field must be localhost or a loopback address, and is ${quoted(host)}`)
  const site = headers['sec-fetch-site']
  if (headers.origin !== undefined || (site !== undefined && site !== 'none'))
    throw new Problem(403, 'web pages may not ask here; use curl or a program of your own')
}

type Result = RoamEvents['admin:auth'][0]['result']

/** Throws where the request may not change anything. */
export type Authorize = (request: IncomingMessage) => void

/** @param token undefined: nobody may change anything */
export function createAuthorize(token: Buffer | undefined, events: Events): Authorize {
  const check = ({ headers: { authorization } }: IncomingMessage): Result => {
    if (token === undefined) return 'disabled'
    const [, given] = /^bearer +(\S+) *$/i.exec(authorization ?? '') ?? []
    if (given === undefined) return 'missing'
    return isSame(Buffer.from(given, 'latin1'), token) ? 'accepted' : 'wrong'
  }
  return (request) => {
    const result = check(request)
    events.emit('admin:auth', { result })
    const refusal = REFUSALS[result]
    if (refusal !== undefined) throw refusal()
  }
}

const REFUSALS: Readonly<Record<Result, (() => Problem) | undefined>> = {
  accepted: undefined,
  disabled: () =>
    new Problem(403, 'changes are off: set admin.tokenFile in the configuration, and start a new process'),
  missing: () =>
    new Problem(401, 'changes need the field Authorization: Bearer with the text of admin.tokenFile', {
      'www-authenticate': 'Bearer realm="roam admin"',
    }),
  wrong: () =>
    new Problem(401, 'the token is not that of admin.tokenFile when this process started', {
      'www-authenticate': 'Bearer realm="roam admin", error="invalid_token"',
    }),
}

/** Digests are of one length, so that the time tells neither where the two differ nor how long the token is. */
function isSame(one: Buffer, other: Buffer): boolean {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/** Such a name comes from a stranger and may be long. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100))
}
