import t from 'tap'
import { testPool } from '../../support/pool.ts'
import { settled } from '../../support/virtual-time.ts'

/** Two roomy backends, and a client that belongs to `a`. */
function pinned() {
  const made = testPool({
    backends: [{ maxRequests: 100 }, { maxRequests: 100 }],
    affinity: { by: 'cookie', cookie: 'at', maxAgeSeconds: undefined, keys: [] },
  })
  const first = made.ask()
  t.equal(first.got, 'a')
  const fields = ['cookie', first.lease!.responseFields[1]!.split(';')[0]!]
  return { ...made, a: made.backends[0]!, fields }
}

t.test('draining: who is pinned stays, nobody new comes', async (t) => {
  const { ask, a, fields } = pinned()
  a.adminState = 'draining'
  for (let i = 0; i < 10; i++) t.equal(ask().got, 'b')
  for (let i = 0; i < 10; i++) t.equal(ask({ fields }).got, 'a')
  t.same({ up: a.up, available: a.available }, { up: false, available: false })
})

t.test('draining: who is pinned and has to wait is served there', async (t) => {
  const { ask, a, fields } = pinned()
  a.adminState = 'draining'
  const running = Array.from({ length: 99 }, () => ask({ fields }))
  const waiting = ask({ fields })
  t.equal(waiting.got, 'waits')
  running[0]!.lease!.release()
  t.equal(waiting.got, 'a')
})

t.test('disabled: nobody comes, and those who wait for it go elsewhere', async (t) => {
  const { ask, a, fields, watch } = pinned()
  const results = watch('affinity:result')
  for (let i = 0; i < 99; i++) ask({ fields })
  const waiting = ask({ fields })
  t.equal(waiting.got, 'waits')
  a.adminState = 'disabled'
  t.equal(waiting.got, 'b')
  t.equal(ask({ fields }).got, 'b')
  t.same(
    results.slice(-2).map(({ result }) => result),
    ['moved', 'moved'],
  )
})

t.test('disabled: what it has in hand it may finish', async (t) => {
  const { a, ask, fields } = pinned()
  const { lease } = ask({ fields })
  a.adminState = 'disabled'
  let idle = false
  const waiting = a.idle().then(() => (idle = true))
  t.equal(a.inFlight, 2)
  lease!.release()
  await settled()
  t.notOk(idle)
  a.release()
  await waiting
  t.ok(idle)
})

t.test("an operator's weight holds until it is taken back", async (t) => {
  const { a, ask } = pinned()
  a.chosenWeight = 0
  for (let i = 0; i < 10; i++) t.equal(ask().got, 'b')
  a.chosenWeight = 5
  t.equal(a.weight, 5)
  a.chosenWeight = undefined
  t.equal(a.weight, 1)
})

t.test('a backend that is enabled serves those who wait', async (t) => {
  const { ask, backends } = testPool()
  backends[1]!.adminState = 'disabled'
  ask()
  const waiting = ask()
  t.equal(waiting.got, 'waits')
  backends[1]!.adminState = 'enabled'
  t.equal(waiting.got, 'b')
})
