/** What a Moodle makes of being asked for a page: the page, or one of the ways in which a recipe goes wrong. */
import { sitePath } from './target.ts'
import type { RoamAnswer } from '../get-roam.ts'

export type Outcome =
  | { readonly kind: 'page'; readonly found: string }
  /** Redirects in a circle. `bare`: to the site's start, not to the page that was asked for. */
  | { readonly kind: 'loop'; readonly found: string; readonly bare: boolean }
  | { readonly kind: 'abused'; readonly found: string }
  /** To the same page of another site, or a page whose links lead there. */
  | { readonly kind: 'elsewhere'; readonly found: string }
  | { readonly kind: 'maintenance'; readonly found: string }
  /** No node said anything: Roam's own answer. */
  | { readonly kind: 'roam'; readonly found: string; readonly code: string }
  /** `found` is all that can be said. */
  | { readonly kind: 'other'; readonly found: string }

/** A login of an institution goes some way round; a browser gives up after 20. */
const MAX_REDIRECTS = 5
const PAGE = '/login/index.php'

/** Asks for the login page as a browser would, following redirects within the site. */
export async function visit(wwwroot: URL, ask: (target: string) => Promise<RoamAnswer>): Promise<Outcome> {
  const asked = sitePath(wwwroot, PAGE)
  const seen = new Set<string>()
  let target = asked
  let first: URL | undefined
  while (seen.size <= MAX_REDIRECTS) {
    seen.add(target)
    const answer = await ask(target)
    const location = redirectOf(answer, new URL(target, wwwroot))
    if (location === undefined) return judgePage(answer, wwwroot)
    first ??= location
    if (location.origin !== wwwroot.origin) return judgeOtherSite(location, asked)
    target = location.pathname + location.search
    if (seen.has(target) || isStart(location, wwwroot, seen)) {
      const found = `redirects in a circle: ${asked} to ${first.href} and again`
      return { kind: 'loop', found, bare: first.pathname !== asked }
    }
  }
  return { kind: 'loop', found: `redirects more than ${MAX_REDIRECTS} times`, bare: false }
}

/** wwwroot without a slash at its end and with one are the same page. */
function isStart({ pathname }: URL, wwwroot: URL, seen: ReadonlySet<string>): boolean {
  const start = sitePath(wwwroot, '')
  return pathname.replace(/\/$/, '') === start && (seen.has(start) || seen.has(`${start}/`))
}

function redirectOf({ status, headers }: RoamAnswer, base: URL): URL | undefined {
  if (status < 300 || status > 399 || headers.location === undefined) return undefined
  return URL.parse(headers.location, base) ?? undefined
}

function judgeOtherSite(location: URL, asked: string): Outcome {
  const found = `redirects to ${location.href}`
  const same = location.pathname === asked || location.pathname === '/'
  return same
    ? { kind: 'elsewhere', found }
    : { kind: 'page', found: `${found}, which looks like single sign-on` }
}

function judgePage({ status, body, headers, seconds }: RoamAnswer, wwwroot: URL): Outcome {
  if (headers['proxy-status']?.toString().startsWith('roam;') === true) {
    const code = body.split('\n')[1] ?? ''
    return { kind: 'roam', found: `Roam itself answers ${status} ${code}`, code }
  }
  if (/reverseproxyabused|Reverse proxy enabled so the server cannot be accessed/i.test(body))
    return {
      kind: 'abused',
      found: `answers ${status} "Reverse proxy enabled so the server cannot be accessed directly"`,
    }
  // Moodle before 4.2 says so instead of redirecting.
  if (/sslonlyaccess|only https connections are allowed/i.test(body))
    return { kind: 'loop', found: `answers ${status} "only https connections are allowed"`, bare: true }
  const linked = linkedSite(body)
  if (status === 200 && linked !== undefined && placeOf(linked) !== placeOf(wwwroot))
    return { kind: 'elsewhere', found: `the login page came, and its links lead to ${placeOf(linked)}` }
  if (status === 200)
    return { kind: 'page', found: `the login page came in ${(seconds * 1000).toFixed(0)} ms` }
  if (status === 503 && /maintenance/i.test(body))
    return { kind: 'maintenance', found: 'is in maintenance mode' }
  return { kind: 'other', found: `answers ${status}` }
}

/** $CFG->wwwroot, as every page of Moodle tells its scripts. With reverseproxy set Moodle does not compare it with anything. */
function linkedSite(body: string): URL | undefined {
  const [, text] = /\bM\.cfg ?= ?\{"wwwroot":"([^"]+)"/.exec(body) ?? []
  return text === undefined ? undefined : (URL.parse(text.replaceAll('\\/', '/')) ?? undefined)
}

function placeOf({ origin, pathname }: URL): string {
  return origin + pathname.replace(/\/+$/, '')
}
