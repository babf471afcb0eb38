import t from 'tap'
import { ALERT_GROUPS } from '../../monitoring/rules/alerts.ts'
import { RECORDING_GROUPS } from '../../monitoring/rules/recording.ts'
import { unknownNames } from './support/known-metrics.ts'

for (const rule of ALERT_GROUPS.flatMap(({ rules }) => rules)) {
  t.strictSame(unknownNames(rule.expr), [], `${rule.alert} reads only what exists`)
}

for (const rule of RECORDING_GROUPS.flatMap(({ rules }) => rules)) {
  t.strictSame(unknownNames(rule.expr), [], `${rule.record} reads only what exists`)
}
