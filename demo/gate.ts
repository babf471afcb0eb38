/** Moodle's two gates before every page: the rules about its address, and maintenance. */
import { refuse } from './site.ts'
import { answer, answerJson } from './visit.ts'
import type { Handler, Visit } from './visit.ts'

const HTML = 'text/html; charset=utf-8'

/** A page of Moodle's: runs only where the request came to the right address, and not in maintenance. */
export function gated(handler: Handler): Handler {
  return (visit) => {
    if (refusedForAddress(visit)) return undefined
    if (visit.state.maintenance) {
      answer(visit, 503, HTML, '<!doctype html><title>Maintenance</title><p>This site is in maintenance.\n')
      return undefined
    }
    return handler(visit)
  }
}

/** For the heartbeat, which answers in maintenance too. */
export function addressed(handler: Handler): Handler {
  return (visit) => (refusedForAddress(visit) ? undefined : handler(visit))
}

function refusedForAddress(visit: Visit): boolean {
  const { state, request, path } = visit
  const refusal = state.site && refuse(state.site, request)
  if (refusal === undefined || state.site === undefined) return false
  const { wwwroot } = state.site
  if (path === '/login/token.php') {
    // Programs cannot follow a redirect with a password in the body: they get the reason.
    answerJson(visit, 200, { error: 'This is not the address of the site.', errorcode: refusal.errorcode })
  } else if (refusal.kind === 'redirect') {
    const text = `Incorrect access detected, this server may be accessed only through "${wwwroot}" address, sorry.\n`
    answer(visit, 303, HTML, text, { location: refusal.location })
  } else {
    answer(visit, 500, HTML, 'Reverse proxy enabled so the server cannot be accessed directly.\n')
  }
  return true
}
