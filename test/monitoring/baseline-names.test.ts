import t from 'tap'
import { DAILY_RULES } from '../../src/cli/baseline/names.ts'
import { RECORDING_GROUPS } from '../../monitoring/rules/recording.ts'

t.test('an export reads each daily summary that is recorded, and no other', async (t) => {
  const daily = RECORDING_GROUPS.find(({ name }) => name === 'roam-daily')
  t.strictSame(
    Object.values(DAILY_RULES),
    daily?.rules.map(({ record }) => record),
  )
})
