/** Why a takeover came to nothing, in one sentence. */
export class TakeoverError extends Error {
  override readonly name = 'TakeoverError'
  readonly code = 'ERR_TAKEOVER'
}
