import t from 'tap'
import { ALERT_GROUPS } from '../../monitoring/rules/alerts.ts'
import { RECORDING_GROUPS } from '../../monitoring/rules/recording.ts'

/** Prometheus's global interval: the slowest scrape that an expression may meet. */
const SLOWEST_SCRAPE_SECONDS = 15
/** What a Prometheus with the shipped settings still has. */
const RETENTION_SECONDS = 200 * 3600
const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 }

const records = RECORDING_GROUPS.flatMap(({ rules }) => rules)
const expressions = [
  ...records.map(({ record, expr }) => ({ name: record, expr })),
  ...ALERT_GROUPS.flatMap(({ rules }) => rules).map(({ alert, expr }) => ({ name: alert, expr })),
]

t.test('a window holds four scrapes at least, so that one that is lost leaves no gap', async (t) => {
  for (const { name, expr } of expressions) {
    for (const window of windows(expr)) t.ok(window >= 4 * SLOWEST_SCRAPE_SECONDS, name)
  }
})

t.test('nothing looks back further than Prometheus keeps', async (t) => {
  for (const { name, expr } of expressions) {
    const furthest = Math.max(0, ...windows(expr)) + Math.max(0, ...offsets(expr))
    t.ok(furthest < RETENTION_SECONDS, name)
  }
})

t.test('the name of a recording rule says its window', async (t) => {
  for (const { record, expr } of records) {
    for (const [, window] of expr.matchAll(/\[(\w+)\]/g)) t.match(record, new RegExp(`[a-z]${window}$`))
  }
})

function windows(expr: string): readonly number[] {
  return [...expr.matchAll(/\[(\w+)\]/g)].map(([, duration]) => seconds(duration!))
}

function offsets(expr: string): readonly number[] {
  return [...expr.matchAll(/\boffset (\w+)/g)].map(([, duration]) => seconds(duration!))
}

function seconds(duration: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(duration)!
  return Number(count) * UNITS[unit as keyof typeof UNITS]
}
