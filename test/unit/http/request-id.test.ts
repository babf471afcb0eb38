import t from 'tap'
import { createRequestIds } from '../../../src/http/request-id.ts'

t.test('ids are unique, across refills and sources too', (t) => {
  const first = createRequestIds()
  const second = createRequestIds()
  const seen = new Set<string>()
  for (let i = 0; i < 5000; i++) seen.add(first()).add(second())
  t.equal(seen.size, 10_000)
  for (const id of seen) if (!/^[0-9a-f]{32}$/.test(id)) t.fail(id)
  t.end()
})

t.test('an id says nothing about the next', (t) => {
  const next = createRequestIds()
  const prefixes = new Set(Array.from({ length: 1000 }, () => next().slice(0, 8)))
  t.ok(prefixes.size > 990, 'no common prefix')
  t.end()
})
