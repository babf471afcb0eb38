import t from 'tap'
import { testPool } from '../../support/pool.ts'

/** Two backends with one place each, and the cookie of a client that belongs to `a`. */
function pinned() {
  const made = testPool({
    policy: 'round-robin',
    affinity: { by: 'cookie', cookie: 'at', maxAgeSeconds: undefined, keys: [] },
  })
  const first = made.ask()
  t.equal(first.got, 'a')
  const fields = ['cookie', first.lease!.responseFields[1]!.split(';')[0]!]
  first.lease!.release()
  return { ...made, askPinned: () => made.ask({ fields }) }
}

t.test('a pinned client waits for its own backend while another has room', async (t) => {
  const { ask, askPinned } = pinned()
  const busy = askPinned()
  const waiting = askPinned()
  t.equal(waiting.got, 'waits')
  const other = ask()
  t.equal(other.got, 'b')
  other.lease!.release()
  t.equal(waiting.got, 'waits', 'b is not its backend')
  busy.lease!.release()
  t.equal(waiting.got, 'a')
  t.same(waiting.lease!.responseFields, [], 'it has its cookie')
})

t.test('of those who wait for a place on one backend the first gets it, pinned or not', async (t) => {
  const { ask, askPinned } = pinned()
  const running = [ask(), ask()]
  const inOrder = [askPinned(), ask(), askPinned()]
  const onA = running.find(({ got }) => got === 'a')!
  onA.lease!.release()
  t.same(
    inOrder.map(({ got }) => got),
    ['a', 'waits', 'waits'],
  )
  inOrder[0]!.lease!.release()
  t.same(
    inOrder.map(({ got }) => got),
    ['a', 'a', 'waits'],
  )
  inOrder[1]!.lease!.release()
  t.same(
    inOrder.map(({ got }) => got),
    ['a', 'a', 'a'],
  )
})

t.test('when its backend goes down, who waits for it gets another, at its place in the line', async (t) => {
  const { ask, askPinned, backends, watch } = pinned()
  const results = watch('affinity:result')
  const running = [ask(), ask()]
  const inOrder = [ask(), askPinned(), ask()]
  backends[0]!.healthy = false
  running.find(({ got }) => got === 'b')!.lease!.release()
  inOrder[0]!.lease!.release()
  t.same(
    inOrder.map(({ got }) => got),
    ['b', 'b', 'waits'],
  )
  t.match(inOrder[1]!.lease!.responseFields, ['set-cookie', /^at=/])
  t.equal(results.at(-1)!.result, 'moved')
})

t.test('with the queue full a pinned client gets another backend rather than an error', async (t) => {
  const { askPinned, pool } = pinned()
  askPinned()
  for (let i = 0; i < 10; i++) askPinned()
  t.ok(pool.queue.full)
  t.equal(askPinned().got, 'b')
})
