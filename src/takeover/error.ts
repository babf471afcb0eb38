/** Why a takeover came to nothing, in words that follow "…: ". */
export class TakeoverError extends Error {
  override readonly name = 'TakeoverError'
}
