/** Character classes of RFC 9110 §5, as tables: one load per character, no backtracking whatever the input. */

const TOKEN_LOWER = 1
const TOKEN_UPPER = 2

/** RFC 9110 §5.6.2 tchar; upper-case letters apart, because HTTP/2 and HTTP/3 refuse them in names. */
const tokenClass = new Uint8Array(256)
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz") {
  tokenClass[char.charCodeAt(0)] = TOKEN_LOWER
}
for (let code = 0x41; code <= 0x5a; code++) tokenClass[code] = TOKEN_UPPER

/** What {@link classifyToken} found. */
export type TokenKind = 'invalid' | 'lower' | 'mixed'

/** Is this a token, and does it hold upper-case letters? */
export function classifyToken(text: string): TokenKind {
  const length = text.length
  if (length === 0) return 'invalid'
  let seen = 0
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    const kind = code > 255 ? 0 : (tokenClass[code] as number)
    if (kind === 0) return 'invalid'
    seen |= kind
  }
  return (seen & TOKEN_UPPER) === 0 ? 'lower' : 'mixed'
}

/** A negated class without repetition: it cannot backtrack, and V8 scans it faster than a loop in JavaScript would. */
const FORBIDDEN_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/

/** RFC 9110 §5.5: visible characters, space, tab and obs-text (latin1); nothing that could end a line. */
export function isFieldValue(value: string): boolean {
  return !FORBIDDEN_IN_VALUE.test(value)
}

/** Starts or ends with space or tab? */
export function hasOuterSpace(value: string): boolean {
  const length = value.length
  if (length === 0) return false
  const first = value.charCodeAt(0)
  const last = value.charCodeAt(length - 1)
  return first === 0x20 || first === 0x09 || last === 0x20 || last === 0x09
}

/** Without the optional white space of RFC 9110 §5.6.3 (space and tab, unlike `trim`). */
export function trimSpace(value: string): string {
  if (!hasOuterSpace(value)) return value
  let start = 0
  let end = value.length
  while (start < end && isSpace(value.charCodeAt(start))) start++
  while (end > start && isSpace(value.charCodeAt(end - 1))) end--
  return value.slice(start, end)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** RFC 9110 §8.6, at most 15 digits so that the number is exact; -1 where it is not that. */
export function parseContentLength(value: string): number {
  const length = value.length
  if (length === 0 || length > 15) return -1
  let total = 0
  for (let i = 0; i < length; i++) {
    const digit = value.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return -1
    total = total * 10 + digit
  }
  return total
}
