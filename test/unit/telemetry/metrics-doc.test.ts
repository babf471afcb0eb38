import { readFile } from 'node:fs/promises'
import t from 'tap'
import { telemetry } from './support.ts'

const doc = await readFile(new URL('../../../docs/METRICS.md', import.meta.url), 'utf8')

t.test('docs/METRICS.md names every metric that is exported, and no other', async (t) => {
  const exported = [...(await telemetry().telemetry.render()).matchAll(/^# TYPE (\S+)/gm)].map(
    (match) => match[1],
  )
  const described = [...doc.matchAll(/`((?:quic|process|nodejs)_[a-z0-9_]+)`/g)].map((match) => match[1])
  t.same([...new Set(described)].sort(), exported.sort())
})
