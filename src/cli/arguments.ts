/** Values of options that several commands take. */
import { InvalidArgumentError } from 'commander'
import { parseDuration } from '../config/units.ts'

/** An http:// or https:// URL. */
export function parseUrlArgument(text: string): URL {
  const url = URL.parse(text)
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url
  throw new InvalidArgumentError('It must be a URL that starts with http:// or https://.')
}

/** Milliseconds. */
export function parseTimeoutArgument(text: string): number {
  const timeout = parseDuration(text)
  if (timeout !== undefined && timeout > 0) return timeout
  throw new InvalidArgumentError('It must be a duration such as 500ms or 10s.')
}
