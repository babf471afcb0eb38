/** Logging in, as a browser (cookie) and as the mobile app (token). */
import { newSession, sessionCookie, sessionOf, userOf } from '../sessions.ts'
import { answer, answerJson, readBody } from '../visit.ts'
import type { Handler, Visit } from '../visit.ts'
import type { MoodleSite } from '../site.ts'

/** Forms are small; a longer one is not a login. */
const MAX_FORM_BYTES = 16_384

/** GET starts a guest's session; POST logs in under a new session id, as Moodle does against session fixation. */
export const login: Handler = async (visit) => {
  const { request, state } = visit
  if (request.method !== 'POST') {
    const session = sessionOf(request) ?? newSession('')
    const form = '<form method="post"><input name="username" value="student"><button>Log in</button></form>'
    answer(
      visit,
      200,
      'text/html; charset=utf-8',
      `<!doctype html><title>Log in</title>${settings(state.site)}${form}\n`,
      {
        'set-cookie': sessionCookie(session),
      },
    )
    return
  }
  const user = (await readForm(visit)).get('username') ?? 'student'
  answer(visit, 303, 'text/plain', 'Logged in.\n', {
    location: '/',
    'set-cookie': [
      sessionCookie(newSession(user)),
      'MOODLEID1_=demo; Path=/; Secure; HttpOnly; SameSite=Lax',
    ],
  })
}

/** What Moodle tells its scripts on every page, slashes escaped as PHP does. */
function settings(site: MoodleSite | undefined): string {
  if (site === undefined) return ''
  const { wwwroot } = site
  return `<script>var M = {}; M.cfg = ${JSON.stringify({ wwwroot }).replaceAll('/', String.raw`\/`)};</script>`
}

/** The mobile app's login: a token instead of a cookie. */
export const token: Handler = async (visit) => {
  const form = await readForm(visit)
  const user = form.get('username') ?? visit.query.get('username') ?? 'student'
  answerJson(visit, 200, { token: newSession(user).replace('.', ''), privatetoken: null })
}

/** A web service call: `wstoken`, no cookie. */
export const webservice: Handler = async (visit) => {
  const form = await readForm(visit)
  const given = form.get('wstoken') ?? visit.query.get('wstoken')
  if (given === null) {
    answerJson(visit, 200, {
      exception: 'moodle_exception',
      errorcode: 'invalidtoken',
      message: 'Invalid token',
    })
    return
  }
  const called = form.get('wsfunction') ?? visit.query.get('wsfunction')
  answerJson(visit, 200, { backend: visit.state.id, function: called })
}

/** What Moodle would take as the client's address with `getremoteaddrconf` 1 and 3, and what it does take. */
export const clientAddress: Handler = (visit) => {
  const { request, state } = visit
  const peer = request.socket.remoteAddress ?? ''
  // Setting 1 reads X-Forwarded-For; 3, the default, believes nobody but the peer: then all users look alike.
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
  const last = forwarded.split(',').at(-1)?.trim() ?? ''
  const seen = { 1: last === '' ? peer : last, 3: peer }
  const { getremoteaddrconf } = state
  const user = userOf(sessionOf(request))
  answerJson(visit, 200, { ...seen, getremoteaddrconf, taken: seen[getremoteaddrconf], user })
}

async function readForm(visit: Visit): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  let bytes = 0
  await readBody(visit, (chunk) => {
    bytes += chunk.length
    if (bytes <= MAX_FORM_BYTES) chunks.push(chunk)
  })
  return new URLSearchParams(Buffer.concat(chunks).toString())
}
