/** What one request costs in http/. Run: node bench/micro/http.ts [seconds per case] */
import { Kind, lookUpName } from '../../src/http/field-names.ts'
import { isFieldValue } from '../../src/http/chars.ts'
import { validateHead } from '../../src/http/validate.ts'
import { errorAnswer } from '../../src/http/error-page.ts'
import { forwardFields } from '../../src/http/forwarded.ts'
import { createRequestIds } from '../../src/http/request-id.ts'
import { cleanResponse } from '../../src/http/response.ts'
import { createTrust } from '../../src/http/trust.ts'
import { RoamError } from '../../src/core/errors.ts'
import type { RawHead } from '../../src/core/exchange.ts'

const seconds = Number(process.argv[2] ?? 1)
const limits = { maxUriBytes: 8192, maxFieldSectionBytes: 16384, maxFieldCount: 100 }

/** What Chromium sends for a page, the way node:http hands it over. */
const browser: readonly string[] = [
  ['Host', 'moodle.example:9443'],
  ['Connection', 'keep-alive'],
  ['sec-ch-ua', '"Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"'],
  ['sec-ch-ua-mobile', '?0'],
  ['Upgrade-Insecure-Requests', '1'],
  [
    'User-Agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  ],
  ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
  ['Sec-Fetch-Site', 'none'],
  ['Sec-Fetch-Mode', 'navigate'],
  ['Accept-Encoding', 'gzip, deflate, br, zstd'],
  ['Accept-Language', 'de-DE,de;q=0.9,en;q=0.8'],
  ['Cookie', 'MoodleSession=0123456789abcdefghijklmnopq; roam_backend=9a8b7c6d5e4f'],
].flat()

/** Fresh strings each time: a parser never hands over the same string object twice. */
const bytes = browser.map((text) => Buffer.from(text, 'latin1'))
const fresh = (): string[] => bytes.map((buffer) => buffer.toString('latin1'))
const head = (fields: readonly string[]): RawHead => ({
  method: 'GET',
  target: '/course/view.php?id=12&section=3',
  authority: undefined,
  scheme: 'https',
  fields,
  version: '1.1',
  hasBody: false,
})
const h2 = browser.flatMap((text, i) =>
  i % 2 === 0 && !/^(host|connection)$/i.test(text) ? [text.toLowerCase(), browser[i + 1] ?? ''] : [],
)

const connection = {
  protocol: 'h2',
  remoteAddress: '192.0.2.1',
  remotePort: 5000,
  localPort: 9443,
  encrypted: true,
  migrations: 0,
} as const
const trusted = createTrust(['10.0.0.0/8'])
const nextId = createRequestIds()
const valid = validateHead(head(browser), limits)
const answer = [
  'Date',
  'Sat, 21 Nov 2026 14:00:00 GMT',
  'Server',
  'Apache',
  'Cache-Control',
  'private, must-revalidate',
  'Content-Type',
  'text/html; charset=utf-8',
  'Content-Length',
  '48123',
  'Vary',
  'Accept-Encoding',
  'Connection',
  'keep-alive',
  'Keep-Alive',
  'timeout=5',
]
const failure = new RoamError('NO_BACKEND', 'none')

/** Flat, as a parser makes it: a string put together in JavaScript is a tree at first. */
const flat = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')

/** The dearest heads that limits let through. */
const dotted = { ...head(browser), target: flat(`/${'a/../'.repeat(60)}${'b/'.repeat(3900)}`) }
const escaped = { ...head(browser), target: flat(`/${'%41'.repeat(2700)}`) }
const many = head([
  'host',
  'a',
  ...Array.from({ length: 99 }, (_, i) => [`x_custom_${i}`, 'v'.repeat(100)]).flat(),
])

let sink = 0
const cases: Readonly<Record<string, () => void>> = {
  'validate, H1, 12 fields': () => (sink += validateHead(head(browser), limits).fields.length),
  'validate, H1, fresh strings (minus next line)': () =>
    (sink += validateHead(head(fresh()), limits).fields.length),
  'making the fresh strings': () => (sink += fresh().length),
  'validate, H2, 10 fields': () =>
    (sink += validateHead({ ...head(h2), version: '2', authority: 'moodle.example:9443' }, limits).fields
      .length),
  'forward fields': () => (sink += forwardFields(valid, connection, 'id', trusted).length),
  'request id': () => (sink += nextId().length),
  'clean response, 8 fields': () => (sink += cleanResponse('GET', 200, answer).fields.length),
  'error answer': () => (sink += errorAnswer(failure, 'id', 5).body.length),
  'validate, 8 KB with 60 dot segments': () => (sink += validateHead(dotted, limits).path.length),
  'validate, 8 KB of escapes': () => (sink += validateHead(escaped, limits).path.length),
  'validate, 100 fields of uncommon names': () => (sink += validateHead(many, limits).fields.length),
  'only names': () => {
    for (let i = 0; i < browser.length; i += 2) sink += lookUpName(browser[i] ?? '')?.kind ?? Kind.plain
  },
  'only values': () => {
    for (let i = 1; i < browser.length; i += 2) sink += isFieldValue(browser[i] ?? '') ? 1 : 0
  },
}

for (const [name, run] of Object.entries(cases)) {
  for (let i = 0; i < 20_000; i++) run()
  let best = Infinity
  const until = performance.now() + seconds * 1000
  while (performance.now() < until) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < 10_000; i++) run()
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 10_000)
  }
  console.log(`${name.padEnd(50)} ${best.toFixed(0).padStart(7)} ns`)
}
console.log(sink > 0 ? '' : 'nothing ran')
