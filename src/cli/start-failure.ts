/** Why Roam could not start, in one line with what to do about it. */
import { codeOf, UserError } from './user-error.ts'

/**
 * Errors that an operator can mend become a UserError; all others come back as they are. `portAdvice` says where ports
 * are chosen.
 */
export function explainStartFailure(error: unknown, portAdvice: string): unknown {
  const text = describe(error, portAdvice)
  return text === undefined ? error : new UserError(text, { cause: error })
}

const REASONS: Readonly<Record<string, (where: string, advice: string, error: Error) => string>> = {
  EADDRINUSE: (where, advice) => `${where} is in use by another program; stop that one, or ${advice}`,
  EACCES: (where) =>
    `this user may not listen on ${where}; choose one above 1023, or allow it (CAP_NET_BIND_SERVICE)`,
  EADDRNOTAVAIL: (where, advice) => `${where}: this machine has no such address; ${advice}`,
  ERR_ADDON_MISSING: (_where, _advice, error) => firstLine(error),
  ERR_TAKEOVER: (_where, _advice, error) => firstLine(error),
  ERR_CERTIFICATE: (_where, _advice, error) => firstLine(error),
}

function describe(error: unknown, advice: string): string | undefined {
  const reason = REASONS[codeOf(error) ?? '']
  if (reason === undefined || !(error instanceof Error)) return undefined
  return reason(placeOf(error), advice, error)
}

/** Which port of which address, as far as the error knows. */
function placeOf(error: Error & { address?: unknown; port?: unknown }): string {
  const { address } = error
  if (typeof error.port !== 'number') {
    // The engine's errors name the UDP port in their text only.
    const [, host, port] = /(?:port |(\[[^\]]*\]|[\d.]*):)(\d+)/.exec(error.message) ?? []
    if (port === undefined) return 'the port'
    return isOne(host?.replace(/[[\]]/g, '')) ? `UDP port ${port} of ${host}` : `UDP port ${port}`
  }
  return isOne(address) ? `port ${error.port} of ${address}` : `port ${error.port}`
}

function isOne(address: unknown): address is string {
  return typeof address === 'string' && !['', '::', '0.0.0.0'].includes(address)
}

function firstLine(error: Error): string {
  return error.message.replace(/\n[^]*/, '')
}
