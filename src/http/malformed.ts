import { RoamError } from '../core/errors.ts'

/** A request that cannot be believed: 400. The message names the part, never its value. */
export function malformed(message: string): RoamError {
  return new RoamError('MALFORMED_REQUEST', message)
}

/** A field name for a message; call only with tokens. Long names are cut: they come from the client. */
export function shown(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name
}
