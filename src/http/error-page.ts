/** Roam's own answers. They tell the client a status, a code to look up and an id to ask about, and echo nothing. */
import { STATUS_CODES } from 'node:http'
import { type ErrorCode, ERRORS, type RoamError } from '../core/errors.ts'
import type { Fields } from '../core/exchange.ts'

/** A whole answer; the status is in the error's facts. */
export interface ErrorAnswer {
  readonly fields: Fields
  readonly body: Buffer
}

/**
 * Methods of RFC 9110 §9 and RFC 5789 that Roam forwards: the Allow field (RFC 9110 §15.5.6) of a 405 that no route
 * decided.
 */
const ALLOW = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

/** Retry-After of a 503 that knows nothing better: another process, or this one again, serves in a moment. */
const RETRY_AFTER_SECONDS = 1

/** What does not depend on the request. One a code, made when it is needed first. */
interface Template {
  readonly text: string
  readonly html: string
  readonly common: readonly string[]
}

const templates = new Map<ErrorCode, Template>()

/**
 * Status, code and request id as a small page: HTML where `accept` asks for it, plain text otherwise. `retryAfter` is in
 * seconds, for a 503.
 */
export function errorAnswer(
  error: RoamError,
  requestId: string,
  retryAfter?: number,
  accept?: string,
): ErrorAnswer {
  const template = templateFor(error.code)
  const html = accept?.includes('text/html') === true
  const body = Buffer.from((html ? template.html : template.text).replace('\0', requestId), 'latin1')
  const fields = [
    ...template.common,
    'content-type',
    html ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8',
    'content-length',
    String(body.length),
    'x-request-id',
    requestId,
  ]
  if (error.facts.status === 503)
    fields.push('retry-after', String(Math.max(1, Math.ceil(retryAfter ?? RETRY_AFTER_SECONDS))))
  if (error.facts.status === 405 && error.fields.length === 0) fields.push('allow', ALLOW)
  fields.push(...error.fields)
  return { fields, body }
}

function templateFor(code: ErrorCode): Template {
  const existing = templates.get(code)
  if (existing !== undefined) return existing
  const facts: { status: number; proxyStatus?: string } = ERRORS[code]
  const { status, proxyStatus } = facts
  const title = `${status} ${STATUS_CODES[status] ?? 'Error'}`
  const common = ['cache-control', 'no-store', 'x-content-type-options', 'nosniff']
  // RFC 9209 §2: who on the way made this answer, and why.
  if (proxyStatus !== undefined) common.push('proxy-status', `roam; error=${proxyStatus}`)
  const made: Template = {
    text: `${title}\n${code}\nRequest \0\n`,
    html: `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<h1>${title}</h1><p>${code}<p>Request <code>\0</code></html>
`,
    common,
  }
  templates.set(code, made)
  return made
}
