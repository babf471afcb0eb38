/** The start page: shows which backend answered, over which protocol, and what the balancer told it. */
import { sessionOf, userOf } from '../sessions.ts'
import { answer } from '../visit.ts'
import type { Handler } from '../visit.ts'
import { renderPage } from './page-html.ts'
import { STYLES } from './styles.ts'

/** `GET /` */
export const page: Handler = (visit) => {
  const { request, state } = visit
  const type = 'text/html; charset=utf-8'
  const forwarded = Object.entries(request.headers)
    .filter(([name]) => /^(?:host|forwarded|x-forwarded-|x-request-id|via|early-data)/.test(name))
    .map(([name, value]): [string, string] => [name, String(value)])
  const html = renderPage({ backend: state.id, user: userOf(sessionOf(request)), forwarded })
  answer(visit, 200, type, html, { 'cache-control': 'no-store' })
}

/** The style sheet, cacheable for ever as Moodle's: its URL carries a revision. */
export const styles: Handler = (visit) =>
  answer(visit, 200, 'text/css; charset=utf-8', STYLES, {
    'cache-control': 'public, max-age=31536000, immutable',
    etag: '"demo-1"',
  })
