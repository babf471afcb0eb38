/** What the documents say about metrics holds: names exist, and queries could be asked. */
import t from 'tap'
import { knownNames, unknownNames } from '../../monitoring/support/known-metrics.ts'
import { markdownFiles } from './markdown.ts'

/** Taught, not exported: how to add a metric. */
const EXAMPLES = new Set(['quic_requests_retried_total'])
/** The families of a histogram, whose own name no series has. */
const known = new Set(
  [...knownNames().keys()].flatMap((name) => [name, name.replace(/_(bucket|sum|count)$/, '')]),
)
const NAME = /\b(?:job(?:_[a-z]+)*:)?(?:quic|process|nodejs)_[a-z0-9_]+(?::[a-z0-9_]+)?\b/g

for (const file of await markdownFiles('README.md', 'docs/*.md', 'monitoring/*.md')) {
  const { path, text } = file
  t.test(`every metric that ${path} names exists`, (t) => {
    const named = new Set(text.match(NAME) ?? [])
    t.same(
      [...named].filter((name) => !known.has(name) && !EXAMPLES.has(name)),
      [],
    )
    t.end()
  })

  for (const query of file.code('promql')) {
    t.test(`a query of ${path} can be asked: ${query}`, (t) => {
      t.same(unknownNames(query), [])
      t.end()
    })
  }
}
