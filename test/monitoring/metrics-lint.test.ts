/** The names of what a running Roam exports, against the habits of Prometheus and its users. */
import t from 'tap'
import { type Roam, startRoam } from '../support/roam.ts'
import { promtool, withoutPromtool } from './support/promtool.ts'

interface Family {
  readonly name: string
  readonly type: string
}

t.test('a running Roam', async (t) => {
  const roam = await startRoam(t, { backends: 2 })
  await fetch(`http://127.0.0.1:${roam.plainPort}/`)
  const text = await scrape(roam)
  const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]): Family => ({
    name: name!,
    type: type!,
  }))
  t.ok(families.length > 50, `${families.length} metrics`)

  t.test('promtool finds nothing wrong', { skip: withoutPromtool }, async (t) => {
    const { code, stdout, stderr } = await promtool(['check', 'metrics'], Buffer.from(text))
    t.equal(`${stdout}${stderr}`, '')
    t.equal(code, 0)
  })

  t.test('every metric says what it means', async (t) => {
    for (const { name } of families) t.match(text, new RegExp(`^# HELP ${name} \\S`, 'm'))
  })

  t.test('base units: no milliseconds, no kilobytes, no percent', async (t) => {
    for (const { name } of families)
      t.notMatch(name, /_(ms|millis\w*|minutes|hours|[kmg]i?b|kilobytes|percent)(_|$)/)
  })

  t.test('ratios and rates are computed where they are read', async (t) => {
    for (const { name } of families) t.notMatch(name, /_(rate|ratio|share)(_|$)/)
  })

  t.test('_total is written on counters, on all of them and on nothing else', async (t) => {
    for (const { name, type } of families) t.equal(name.endsWith('_total'), type === 'counter', name)
  })

  t.test('no name ends as the series of a histogram do', async (t) => {
    for (const { name } of families) t.notMatch(name, /_(bucket|count|sum)$/)
  })

  t.test('no label is one that Prometheus sets', async (t) => {
    t.notMatch(text, /[{,](job|instance|environment|cluster|alertname|alertstate|severity)="/)
  })
})

async function scrape({ plainPort }: Roam): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${plainPort}/metrics`)
  return response.text()
}
