import { malformed } from './malformed.ts'

const REFUSED = 0
const PLAIN = 1
const SPECIAL = 2

/** Bytes of a target: visible ASCII but `#`. Letters of other alphabets come escaped (RFC 3986 §2.1, decision 0010). */
const queryClass = new Uint8Array(128).fill(PLAIN, 0x21, 0x7f)
queryClass[0x23] = REFUSED

/** In the path also no `\`, which some servers take for `/`; `%` and `.` need a closer look. */
const pathClass = queryClass.slice()
pathClass[0x5c] = REFUSED
pathClass[0x25] = SPECIAL
pathClass[0x2e] = SPECIAL

/** The path of an origin-form target (RFC 9112 §3.2.1) as routing sees it; throws where the target is malformed. */
export function routingPath(target: string): string {
  const length = target.length
  if (length === 0 || target.charCodeAt(0) !== 0x2f) throw malformed('the target is not a path')
  let special = false
  let i = 0
  for (; i < length; i++) {
    const code = target.charCodeAt(i)
    if (code === 0x3f) break
    const kind = code > 127 ? REFUSED : (pathClass[code] as number)
    if (kind === SPECIAL) special = true
    else if (kind === REFUSED) throw malformed('the path has a forbidden character')
  }
  const end = i
  for (; i < length; i++) {
    const code = target.charCodeAt(i)
    if (code > 127 || queryClass[code] === REFUSED) throw malformed('the query has a forbidden character')
  }
  const path = end === length ? target : target.slice(0, end)
  return special ? resolvePath(path) : path
}

/** Nobody needs more; each costs the time of dozens of plain characters. */
const MAX_DOT_SEGMENTS = 64

/** Escapes of unreserved characters decoded, dot segments removed, attempts to climb refused. */
function resolvePath(path: string): string {
  const decoded = path.includes('%') ? decodeUnreserved(path) : path
  let dotted = 0
  for (let at = decoded.indexOf('/.'); at !== -1; at = decoded.indexOf('/.', at + 2)) {
    if (++dotted > MAX_DOT_SEGMENTS) throw malformed('the path has too many dot segments')
  }
  return dotted > 0 || decoded.includes('..') ? removeDotSegments(decoded) : decoded
}

/** RFC 3986 §6.2.2.2. Every other escape stays as it is, so that `%2f` never becomes a `/` of a route. */
function decodeUnreserved(path: string): string {
  const bytes = Buffer.allocUnsafe(path.length)
  let length = 0
  for (let i = 0; i < path.length; i++) {
    let code = path.charCodeAt(i)
    if (code === 0x25) {
      const high = hexDigit(path.charCodeAt(i + 1))
      const low = hexDigit(path.charCodeAt(i + 2))
      if (high < 0 || low < 0) throw malformed('the path has an incomplete escape')
      const escaped = high * 16 + low
      if (escaped === 0) throw malformed('the path has an escaped NUL')
      if (isUnreserved(escaped)) {
        code = escaped
        i += 2
      }
    }
    bytes[length++] = code
  }
  return length === path.length ? path : bytes.toString('latin1', 0, length)
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

/** RFC 3986 §2.3. */
function isUnreserved(code: number): boolean {
  const lower = code | 0x20
  return (
    (lower >= 0x61 && lower <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5f ||
    code === 0x7e
  )
}

/** `..` beside an escaped separator, or with a path parameter. Fixed lengths only: nothing to backtrack into. */
const DISGUISED_DOTS = /(?:%2f|%5c)\.\.(?:\/|;|%2f|%5c|$)|\/\.\.(?:;|%2f|%5c)/i

/**
 * RFC 3986 §5.2.4, and refusal wherever servers disagree about the outcome: above the root, after an empty segment
 * (some servers merge `//` first), beside an escaped separator (some decode first), `..;` (some cut parameters first).
 */
function removeDotSegments(path: string): string {
  if (DISGUISED_DOTS.test(path)) throw malformed('the path has a disguised dot segment')
  let kept = ''
  let from = 0
  for (let at = path.indexOf('/.'); at !== -1;) {
    const slash = path.indexOf('/', at + 1)
    const end = slash === -1 ? path.length : slash
    const climbs = end - at === 3 && path.charCodeAt(at + 2) === 0x2e
    if (climbs || end - at === 2) {
      kept += path.slice(from, at)
      if (climbs) {
        const parent = kept.lastIndexOf('/')
        if (parent === -1 || parent === kept.length - 1) throw malformed('the path climbs above the root')
        kept = kept.slice(0, parent)
      }
      if (slash === -1) kept += '/'
      from = end
    }
    at = path.indexOf('/.', end)
  }
  return kept + path.slice(from)
}
