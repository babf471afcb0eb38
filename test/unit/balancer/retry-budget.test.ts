import t from 'tap'
import { createRetryBudget } from '../../../src/balancer/retry-budget.ts'

t.test('when everything fails, retries settle at the share of the requests', async (t) => {
  const budget = createRetryBudget(0.2)
  let retries = 0
  for (let i = 0; i < 10_000; i++) {
    budget.deposit()
    if (budget.withdraw()) retries++
  }
  t.ok(Math.abs(retries / 10_000 - 0.2) < 0.005, `${retries}`)
})

t.test('a quiet pool can retry from the start', async (t) => {
  t.ok(createRetryBudget(0.2).withdraw())
})
