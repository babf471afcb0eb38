/** Answers that Roam gives itself where a route was found: with what the operator wants in every answer of that route. */
import type { RoamError } from '../core/errors.ts'
import type { Fields, RequestHead } from '../core/exchange.ts'
import type { HeaderRules, Route } from '../core/ports.ts'
import { errorAnswer, type ErrorAnswer } from '../http/error-page.ts'
import { changeFields, changeOwnFields } from '../http/header-rules.ts'

/** RFC 6797 §7.2: not over plain HTTP, where anybody could have written it. */
const NOT_IN_PLAIN: HeaderRules = { remove: ['strict-transport-security'], set: [], add: [] }

/**
 * The fields of a redirect to the same address over HTTPS. Only asked for hosts that a route knows, so it redirects
 * nowhere else.
 */
export function redirectFields(head: RequestHead, port: number, route: Route): Fields {
  const host = head.authority.replace(/:\d+$/, '')
  const location = `https://${host}${port === 443 ? '' : `:${port}`}${head.target}`
  const fields = changeOwnFields(['location', location, 'content-length', '0'], route.responseHeaders)
  return changeFields(fields, NOT_IN_PLAIN)
}

/** The page that says what went wrong. */
export function failureAnswer(
  error: RoamError,
  requestId: string,
  head: RequestHead | undefined,
  route: Route | undefined,
): ErrorAnswer {
  const answer = errorAnswer(error, requestId, route?.pool.retryAfterSeconds(), acceptOf(head))
  if (route === undefined) return answer
  return { ...answer, fields: changeOwnFields(answer.fields, route.responseHeaders) }
}

function acceptOf(head: RequestHead | undefined): string | undefined {
  const fields = head?.fields ?? []
  const at = fields.indexOf('accept')
  return at % 2 === 0 ? fields[at + 1] : undefined
}
