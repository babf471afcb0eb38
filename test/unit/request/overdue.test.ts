import t from 'tap'
import { overdue, type Progress } from '../../../src/request/overdue.ts'

const TIMEOUTS = { firstByteMs: 1000, idleMs: 2000, totalMs: 10_000 }
const LIMITS = { bodyIdleTimeoutMs: 3000, writeStallTimeoutMs: 4000 }

const asked: Progress = {
  startedAt: 0,
  backendId: 'b1',
  progressAt: 0,
  answered: false,
  awaitsBody: false,
  stalledAt: undefined,
}
const judge = (now: number, over: Partial<Progress> = {}) =>
  overdue(now, { ...asked, ...over }, TIMEOUTS, LIMITS)?.code

t.test('a backend has firstByte for its head, then idle between bytes', async (t) => {
  t.equal(judge(1000), undefined)
  t.equal(judge(1001), 'UPSTREAM_TIMEOUT')
  t.equal(judge(2000, { answered: true }), undefined)
  t.equal(judge(2001, { answered: true }), 'UPSTREAM_TIMEOUT')
})

t.test('a body that does not come is not held against the backend', async (t) => {
  t.equal(judge(2900, { awaitsBody: true }), undefined)
  t.equal(judge(3001, { awaitsBody: true }), 'REQUEST_TIMEOUT')
})

t.test('neither is a client that takes nothing', async (t) => {
  t.equal(judge(5000, { answered: true, stalledAt: 1000 }), undefined)
  t.equal(judge(5001, { answered: true, stalledAt: 1000 }), 'CLIENT_GONE')
})

t.test('the deadline of the whole counts whatever the request is waiting for', async (t) => {
  for (const state of [
    { backendId: undefined },
    { progressAt: 9999 },
    { progressAt: 9999, answered: true },
    { progressAt: 9999, awaitsBody: true },
    { stalledAt: 9999, answered: true },
  ]) {
    t.equal(judge(10_000, state), undefined)
    t.equal(judge(10_001, state), 'TOTAL_TIMEOUT', JSON.stringify(state))
  }
})

t.test('without it a request may wait for a backend as long as the queue lets it', async (t) => {
  const waiting = { ...asked, backendId: undefined }
  t.equal(overdue(1e9, waiting, { ...TIMEOUTS, totalMs: undefined }, LIMITS), undefined)
})
