import t from 'tap'
import { type ErrorCode, RoamError } from '../../../src/core/errors.ts'
import { mayRetry } from '../../../src/request/retry.ts'

const facts = (code: ErrorCode, over: Partial<Parameters<typeof mayRetry>[0]> = {}) => ({
  error: new RoamError(code, 'test'),
  method: 'GET',
  attempts: 1,
  maxRetries: 1,
  bodyTouched: false,
  answered: false,
  ...over,
})

t.test('never once the client has seen a head, or the body was touched', async (t) => {
  t.notOk(mayRetry(facts('UPSTREAM_REFUSED', { answered: true })))
  t.notOk(mayRetry(facts('UPSTREAM_REFUSED', { bodyTouched: true })))
})

t.test('never beyond the allowed number', async (t) => {
  t.ok(mayRetry(facts('UPSTREAM_RESET', { attempts: 2, maxRetries: 2 })))
  t.notOk(mayRetry(facts('UPSTREAM_RESET', { attempts: 2 })))
  t.notOk(mayRetry(facts('UPSTREAM_CONNECT_TIMEOUT', { attempts: 2 })), 'it cost seconds')
})

t.test('a refused connection uses up no retry, unless there shall be none at all', async (t) => {
  t.ok(mayRetry(facts('UPSTREAM_REFUSED', { attempts: 2 })))
  t.notOk(mayRetry(facts('UPSTREAM_REFUSED', { attempts: 0, maxRetries: 0 })))
})

t.test('what the client or the deadline of the whole decided is final', async (t) => {
  for (const code of [
    'CLIENT_GONE',
    'TOTAL_TIMEOUT',
    'REQUEST_TIMEOUT',
    'BODY_TOO_LARGE',
    'DRAINING',
  ] as const)
    t.notOk(mayRetry(facts(code)), code)
})

t.test('a refused connection may be retried with any method: nothing was sent', async (t) => {
  t.ok(mayRetry(facts('UPSTREAM_REFUSED', { method: 'POST' })))
})

t.test('a lost connection only with an idempotent method', async (t) => {
  t.ok(mayRetry(facts('UPSTREAM_RESET', { method: 'GET' })))
  t.ok(mayRetry(facts('UPSTREAM_RESET', { method: 'DELETE' })))
  t.notOk(mayRetry(facts('UPSTREAM_RESET', { method: 'POST' })))
  t.notOk(mayRetry(facts('UPSTREAM_RESET', { method: 'PATCH' })))
})

t.test('a timeout is never retried: the backend may still be working on it', async (t) => {
  t.notOk(mayRetry(facts('UPSTREAM_TIMEOUT')))
})
