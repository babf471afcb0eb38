/** Seeded noise against the validator: it answers or throws a RoamError, and what it lets through is clean and stable. */
import t from 'tap'
import { RoamError } from '../../../src/core/errors.ts'
import type { RawHead, RequestHead } from '../../../src/core/exchange.ts'
import { forwardFields } from '../../../src/http/forwarded.ts'
import { splitPseudo } from '../../../src/http/pseudo.ts'
import { validateHead } from '../../../src/http/validate.ts'
import { asRawHead, pseudoList } from '../../vectors/as-head.ts'
import { VECTOR_LIMITS, VECTORS } from '../../vectors/requests.ts'

const SEED = Number(process.env['FUZZ_SEED'] ?? 20260401)
const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 60_000)

/** mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = createRandom(SEED)
const below = (limit: number): number => Math.floor(random() * limit)
const NASTY = [
  '\r',
  '\n',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '/',
  '\\',
  '%',
  '%00',
  '%2e',
  '%2f',
  '..',
  '#',
  '?',
  '@',
  '[',
  ']',
  '_',
  '-',
  '\x7f',
  '\xff',
  '\u0100',
  '__proto__',
  'A',
  '1',
]

function mutate(text: string): string {
  const at = below(text.length + 1)
  const noise = NASTY[below(NASTY.length)] ?? ''
  switch (below(4)) {
    case 0:
      return text.slice(0, at) + noise + text.slice(at)
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + below(3))
    case 2:
      return text.slice(0, at) + noise + text.slice(at + 1)
    default:
      return text + text.slice(at)
  }
}

const PROTOCOLS = ['http/1.1', 'h2', 'h3'] as const

function noisyHead(): RawHead | undefined {
  const vector = VECTORS[below(VECTORS.length)]
  const other = VECTORS[below(VECTORS.length)]
  const protocol = PROTOCOLS[below(3)]
  if (vector === undefined || other === undefined || protocol === undefined) return undefined
  // Halves of two vectors, then noise.
  const mixed = {
    ...vector,
    fields: [...(vector.fields ?? []), ...(random() < 0.3 ? (other.fields ?? []) : [])],
  }
  const hasBody = random() < 0.5
  if (protocol !== 'http/1.1') {
    const list = [...pseudoList(mixed)]
    if (list.length > 0 && random() < 0.7) {
      const at = below(list.length)
      list[at] = mutate(list[at] ?? '')
    }
    return { ...splitPseudo(list), version: protocol === 'h2' ? '2' : '3', hasBody }
  }
  const head = asRawHead(mixed, protocol)
  const fields = [...head.fields]
  if (fields.length > 0 && random() < 0.7) {
    const at = below(fields.length)
    fields[at] = mutate(fields[at] ?? '')
  }
  const target = random() < 0.3 ? mutate(head.target ?? '') : head.target
  return { ...head, target, fields, version: random() < 0.1 ? '1.0' : '1.1', hasBody }
}

/** `host` and `content-length` come back as fields, and joined cookies are longer than their crumbs. */
const AGAIN_LIMITS = { ...VECTOR_LIMITS, maxFieldSectionBytes: 20_000, maxFieldCount: 103 }

/** The head again as its own input. */
function again(head: RequestHead, version: RawHead['version']): RawHead {
  const { method, target, authority, scheme, contentLength, hasBody } = head
  const fields = [...head.fields]
  if (contentLength !== undefined) fields.push('content-length', String(contentLength))
  if (version === '2' || version === '3')
    return { method, target, authority, scheme, fields, version, hasBody }
  if (hasBody && contentLength === undefined) fields.push('transfer-encoding', 'chunked')
  return {
    method,
    target,
    authority: undefined,
    scheme,
    fields: ['host', authority, ...fields],
    version,
    hasBody,
  }
}

t.test(`seed ${SEED}`, (t) => {
  let accepted = 0
  const connection = {
    protocol: 'h2',
    remoteAddress: '192.0.2.1',
    remotePort: 1,
    localPort: 2,
    encrypted: true,
    migrations: 0,
  } as const
  for (let round = 0; round < ROUNDS; round++) {
    let raw: RawHead | undefined
    let head: RequestHead
    try {
      raw = noisyHead()
      if (raw === undefined) continue
      head = validateHead(raw, VECTOR_LIMITS)
    } catch (error) {
      if (error instanceof RoamError) {
        if (/[\x00-\x1f]/.test(error.message)) t.fail(`round ${round}: control character in the message`)
        continue
      }
      throw error
    }
    accepted++
    const forwarded = forwardFields(head, connection, 'id', () => round % 2 === 0)
    const all = [head.method, head.authority, head.target, head.path, ...head.fields, ...forwarded]
    if (all.some((text) => /[\r\n\0]|[^\x00-\xff]/.test(text)))
      t.fail(`round ${round}: ${JSON.stringify(raw)}`)
    if (!/^(\/|\*$)/.test(head.target) || !/^(\/|\*$)/.test(head.path))
      t.fail(`round ${round}: not origin-form`)
    if (/(^|\/)\.\.(\/|$)/.test(head.path)) t.fail(`round ${round}: dot segments left in ${head.path}`)
    if (!/^[a-z0-9._~-]+(:\d+)?$|^\[[0-9a-f:.]+\](:\d+)?$/.test(head.authority))
      t.fail(`round ${round}: ${head.authority}`)
    const names = head.fields.filter((_, i) => i % 2 === 0)
    if (
      names.some((name) =>
        /[A-Z]|^(host|connection|content-length|transfer-encoding|upgrade|te|expect)$/.test(name),
      )
    ) {
      t.fail(`round ${round}: ${names.join()}`)
    }
    // Expect is spent once it was understood.
    const once = { ...head, expectsContinue: false }
    const twice = validateHead(again(head, raw.version), AGAIN_LIMITS)
    if (JSON.stringify(once) !== JSON.stringify(twice)) t.same(twice, once, `round ${round} is idempotent`)
  }
  t.ok(accepted > ROUNDS / 20, `${accepted} of ${ROUNDS} accepted`)
  t.end()
})
