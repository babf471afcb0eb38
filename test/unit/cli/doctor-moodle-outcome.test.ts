/** Answers that the demo backend does not give: other versions of Moodle, other languages, single sign-on, a site under a path. */
import t from 'tap'
import type { RoamAnswer } from '../../../src/cli/doctor/get-roam.ts'
import { judge } from '../../../src/cli/doctor/moodle/advice.ts'
import { visit } from '../../../src/cli/doctor/moodle/outcome.ts'

const SITE = new URL('https://moodle.example')
const answer = (status: number, body: string, headers: RoamAnswer['headers'] = {}): RoamAnswer => ({
  status,
  body,
  headers,
  seconds: 0.1,
  at: new Date(0),
})
const redirect = (location: string) => answer(303, '', { location })
/** What is said of a site that answers each path so; the login page for all others. */
async function said(answers: Readonly<Record<string, RoamAnswer>>, wwwroot = SITE): Promise<string> {
  const outcome = await visit(wwwroot, (target) => Promise.resolve(answers[target] ?? answer(200, 'page')))
  const result = judge('site', outcome, wwwroot, 'preserve')
  return `${result.status}: ${result.found}${'advice' in result ? ` → ${result.advice}` : ''}`
}
const LOGIN = '/login/index.php'

t.test('redirects that lead somewhere are no loop', async (t) => {
  t.match(await said({ [LOGIN]: redirect('https://idp.example/saml?x=1') }), /^ok: .*single sign-on/)
  t.match(await said({ [LOGIN]: redirect('/auth/oidc/'), '/auth/oidc/': answer(200, '') }), /^ok:/)
  const chain = Object.fromEntries(
    Array.from({ length: 9 }, (_, i) => [i === 0 ? LOGIN : `/${i}`, redirect(`/${i + 1}`)]),
  )
  t.match(await said(chain), /^fail: .*more than 5 times/)
})

t.test('a Moodle that redirects to its start, whichever page was asked for', async (t) => {
  const loop = { [LOGIN]: redirect('https://moodle.example'), '/': redirect('https://moodle.example') }
  t.match(await said(loop), /^fail: .*circle.*sslproxy = true;/)
  const base = 'https://moodle.example/campus'
  const under = { '/campus/login/index.php': redirect(base), '/campus': redirect(base) }
  t.match(await said(under, new URL(base)), /^fail: .*circle.*sslproxy = true;.*example\/campus';/)
})

t.test('older versions and other languages', async (t) => {
  const old = answer(404, 'For security reasons only https connections are allowed, sorry.')
  t.match(await said({ [LOGIN]: old }), /^fail: .*Missing in config\.php: \$CFG->sslproxy = true;/)
  const link = answer(500, '<a href="https://docs.moodle.org/402/de/error/moodle/reverseproxyabused">')
  t.match(await said({ [LOGIN]: link }), /Take out of config\.php: \$CFG->reverseproxy = true;/)
  t.match(await said({ [LOGIN]: answer(500, 'Fehler') }), /error log.*in whatever language: Take out/)
})

t.test('a login page whose links lead to another address', async (t) => {
  const page = (wwwroot: string): RoamAnswer =>
    answer(
      200,
      `<script>M.cfg = {"wwwroot":${JSON.stringify(wwwroot).replaceAll('/', '\\/')},"homeurl":{}}</script>`,
    )
  t.match(await said({ [LOGIN]: page('https://moodle.example') }), /^ok:/)
  const other = new URL('https://moodle.example:9443/campus/')
  t.match(
    await said({ '/campus/login/index.php': page('https://moodle.example:9443/campus') }, other),
    /^ok:/,
    'wwwroot has no slash at its end',
  )
  t.match(
    await said({ [LOGIN]: page('http://moodle.example') }),
    /^fail: site: the login page came, and its links lead to http:\/\/moodle\.example → .*wwwroot = 'https:\/\/moodle\.example';/,
  )
  t.match(
    await said({ '/campus/login/index.php': page('https://moodle.example/campus') }, other),
    /^fail: .*lead to https:\/\/moodle\.example\/campus → .*wwwroot = 'https:\/\/moodle\.example:9443\/campus';/,
  )
  t.match(await said({ [LOGIN]: answer(200, 'M.cfg = {"wwwroot":"no address"}') }), /^ok:/)
})

t.test('a name that Roam has no route for', async (t) => {
  const roam = answer(404, '404 Not Found\nNO_ROUTE\nRequest 1\n', { 'proxy-status': 'roam; error=x' })
  t.match(await said({ [LOGIN]: roam }), /^fail: .*404 NO_ROUTE → .*host: moodle\.example/)
})
