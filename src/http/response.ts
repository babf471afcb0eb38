import { RoamError } from '../core/errors.ts'
import type { Fields } from '../core/exchange.ts'
import { classifyToken, hasOuterSpace, isFieldValue, parseContentLength, trimSpace } from './chars.ts'
import { connectionOptions } from './connection-options.ts'
import { shown } from './malformed.ts'
import { isPrivateToBackend, lookUpResponseName } from './response-names.ts'

export { cleanTrailers } from './trailers.ts'

/** A backend's head, fit for any client. */
export interface CleanResponse {
  /** Lower-case names, end-to-end fields only; `content-length` is among them where it may be sent. */
  readonly fields: Fields
  /** What `content-length` says; undefined where there is none. */
  readonly contentLength: number | undefined
  /** False: the head is all (RFC 9112 §6.3, and a length of 0). */
  readonly hasBody: boolean
}

/**
 * Cleans the head of a final or interim response. Backends are untrusted too: throws UPSTREAM_PROTOCOL where a head is not
 * HTTP, names the field and never shows its value.
 */
export function cleanResponse(method: string, status: number, fields: Fields): CleanResponse {
  // RFC 9110 §15. 101 would answer an upgrade that Roam never forwards.
  if (!(status >= 100 && status <= 599) || !Number.isInteger(status) || status === 101) {
    throw broken('its status cannot be forwarded')
  }
  const kept: string[] = []
  let length: number | undefined
  let nominated: string[] | undefined
  for (let i = 0; i < fields.length; i += 2) {
    let name = fields[i] as string
    let value = fields[i + 1] ?? ''
    let known = lookUpResponseName(name)
    if (known === undefined) {
      const kind = classifyToken(name)
      if (kind === 'invalid') throw broken('a field name is not a token')
      if (kind === 'mixed') {
        name = name.toLowerCase()
        known = lookUpResponseName(name)
      }
    }
    if (known !== undefined) name = known.name
    if (!isFieldValue(value)) throw broken(`${shown(name)}: forbidden character in the value`)
    if (hasOuterSpace(value)) value = trimSpace(value)

    if (known === undefined) {
      if (!isPrivateToBackend(name)) kept.push(name, value)
    } else if (known.care === 'none') {
      kept.push(name, value)
    } else if (known.care === 'length') {
      // RFC 9112 §6.3: with two of them nobody knows where the body ends.
      if (length !== undefined) throw broken('content-length is there twice')
      length = parseContentLength(value)
      if (length === -1) throw broken('content-length is not a length')
    } else if (known.care === 'connection') {
      nominated =
        nominated === undefined ? connectionOptions(value) : nominated.concat(connectionOptions(value))
    }
  }
  // RFC 9110 §8.6: no length in 1xx and 204. In 304 and answers to HEAD it is that of a body which is not sent.
  if (status < 200 || status === 204) length = undefined
  const cleaned = nominated === undefined ? kept : withoutNominated(kept, nominated)
  if (length !== undefined) cleaned.push('content-length', String(length))
  const bodyless = status < 200 || status === 204 || status === 304 || method === 'HEAD' || length === 0
  return { fields: cleaned, contentLength: length, hasBody: !bodyless }
}

function withoutNominated(fields: string[], nominated: readonly string[]): string[] {
  // `close` and `keep-alive` are no fields; nearly every Connection field holds just one of them.
  if (nominated.every((option) => option === 'close' || option === 'keep-alive')) return fields
  const kept: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string
    if (!nominated.includes(name)) kept.push(name, fields[i + 1] as string)
  }
  return kept
}

function broken(message: string): RoamError {
  return new RoamError('UPSTREAM_PROTOCOL', `the backend's answer is not HTTP: ${message}`)
}
