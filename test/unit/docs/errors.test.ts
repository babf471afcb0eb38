import { readFile } from 'node:fs/promises'
import t from 'tap'
import { ERRORS, type ErrorSource, type Retry } from '../../../src/core/errors.ts'

const doc = await readFile(new URL('../../../docs/ERRORS.md', import.meta.url), 'utf8')

/** Code → its section. */
const sections = new Map(
  doc
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
)

const BLAME: Readonly<Record<ErrorSource, string>> = {
  downstream: 'client',
  internal: 'Roam',
  upstream: 'backend',
}
const RETRY: Readonly<Record<Retry, string>> = {
  never: 'never',
  safe: 'safe',
  'if-idempotent': 'if idempotent',
}

t.test('docs/ERRORS.md has a section for every code, in the order of the table, and for no other', (t) => {
  t.same([...sections.keys()], Object.keys(ERRORS))
  t.end()
})

for (const [code, { status, source, retry }] of Object.entries(ERRORS)) {
  t.test(`${code} is described as it is`, (t) => {
    const section = sections.get(code) ?? ''
    t.match(section, `Status ${status} · Blame: ${BLAME[source]} · Retry: ${RETRY[retry]}\n`)
    t.match(section, '**What happened:** ')
    t.match(section, '**What to do:** ')
    t.end()
  })
}
