/** Why Roam could not start, in one line with what to do about it. */
import { codeOf, UserError } from './user-error.ts'

/** Errors that an operator can mend become a UserError; all others come back as they are. */
export function explainStartFailure(error: unknown): unknown {
  const text = describe(error)
  return text === undefined ? error : new UserError(text, { cause: error })
}

const REASONS: Readonly<Record<string, (where: string, error: Error) => string>> = {
  EADDRINUSE: (where) => `${where} is in use by another program; stop that one, or choose another port`,
  EACCES: (where) =>
    `this user may not listen on ${where}; choose one above 1023, or allow it (CAP_NET_BIND_SERVICE)`,
  EADDRNOTAVAIL: (where) => `${where}: this machine has no such address`,
  ERR_ADDON_MISSING: (_where, error) => error.message.replace(/\n[^]*/, ''),
}

function describe(error: unknown): string | undefined {
  const reason = REASONS[codeOf(error) ?? '']
  if (reason === undefined || !(error instanceof Error)) return undefined
  return reason(placeOf(error), error)
}

/** Which port of which address, as far as the error knows. */
function placeOf(error: { address?: unknown; port?: unknown }): string {
  const port = typeof error.port === 'number' ? `port ${error.port}` : 'the port'
  const everywhere = ['', '::', '0.0.0.0']
  const { address } = error
  return typeof address === 'string' && !everywhere.includes(address) ? `${port} of ${address}` : port
}
