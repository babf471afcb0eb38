/** Whether 95 % intervals are that: two periods without a difference, many times. */
import t from 'tap'
import { drawDays, intervalOf } from '../../../src/cli/baseline/bootstrap.ts'
import { seeded } from '../../support/random.ts'

const TRIALS = 300

for (const days of [5, 7, 14]) {
  t.test(`with ${days} days about one in 20 sees a difference that is not there`, async (t) => {
    const next = seeded(days)
    // Near to normal: the sum of 12 even chances.
    const period = () =>
      Array.from({ length: days }, () => Array.from({ length: 12 }, next).reduce((sum, one) => sum + one, -6))
    let wrong = 0
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
      const [draws] = drawDays(period(), period(), (some, others) => [mean(others) - mean(some)])
      const [low, high] = intervalOf(draws!, days) ?? [NaN, NaN]
      if (!(low <= 0 && 0 <= high)) wrong += 1
    }
    t.comment(`${wrong} of ${TRIALS}`)
    t.ok(wrong / TRIALS < 0.08, `${wrong} of ${TRIALS} are too many`)
    t.ok(wrong > 0, 'an interval that never misses is too wide to say anything')
  })
}

t.test('few days widen it as far as Student’s t says', async (t) => {
  const draws = Array.from({ length: 4001 }, (_, index) => index)
  // 2.776 and 2.145 times the square root of n / (n - 1): shares below of 0.00096 and 0.0130.
  t.strictSame(intervalOf(draws, 5), [3, 3997])
  t.strictSame(intervalOf(draws, 15), [52, 3948])
  t.equal(intervalOf([...draws, NaN], 5), undefined)
})
