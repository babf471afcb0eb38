import t from 'tap'
import { RoamError } from '../../../src/core/errors.ts'
import { begin, lease } from './support.ts'

t.test('the deadline of the whole strikes in the queue, and gives the place up', async (t) => {
  const { clock, asked, client, records } = begin({ timeouts: { totalMs: 5000 } })
  clock.advance(5000)
  t.same(client, [])
  clock.advance(250)
  t.same(client, ['respond 504', 'end'])
  t.ok(asked[0]!.cancelled)
  t.match(records, [{ error: 'TOTAL_TIMEOUT', backendId: 'none', attempts: 0, queueSeconds: 5.25 }])
})

t.test('a client that leaves gives its place up', async (t) => {
  const { clock, asked, records, downstreamHandler } = begin()
  clock.advance(2000)
  downstreamHandler.onAbort(new RoamError('CLIENT_GONE', 'left'))
  t.ok(asked[0]!.cancelled)
  t.match(records, [{ status: 499, queueSeconds: 2, attempts: 0 }])
})

t.test('so does one that is cut when Roam shuts down', async (t) => {
  const { asked, client, proxy } = begin()
  t.equal(proxy.cutAll(), 1)
  t.ok(asked[0]!.cancelled)
  t.same(client, ['respond 503, retry after 7', 'end'])
})

t.test('time in the queue is no time of the backend', async (t) => {
  const { clock, asked, sent, client, records } = begin()
  clock.advance(60_000)
  t.same(client, [], 'the queue has its own deadline')
  asked[0]!.settle(lease('b1'))
  clock.advance(900)
  sent[0]!.handler.onHead(200, ['content-length', '0'])
  sent[0]!.handler.onEnd([])
  t.same(client, ['respond 200'])
  t.match(records, [{ queueSeconds: 60, overheadSeconds: 0, backendId: 'b1' }])
})

t.test('a retry that waits in the queue has no backend to be silent', async (t) => {
  const { clock, asked, sent, client, records } = begin()
  const log: string[] = []
  asked[0]!.settle(lease('b1', log))
  sent[0]!.handler.onError(new RoamError('UPSTREAM_RESET', 'gone'))
  t.same(log, ['failed UPSTREAM_RESET', 'released'])
  t.same([...asked[1]!.wish.tried!], ['b1'])
  clock.advance(10_000)
  t.same(client, [])
  t.same(log, ['failed UPSTREAM_RESET', 'released'], 'nobody is blamed twice')
  asked[1]!.settle(lease('b2'))
  sent[1]!.handler.onHead(200, ['content-length', '0'])
  sent[1]!.handler.onEnd([])
  t.match(records, [{ backendId: 'b2', attempts: 2, queueSeconds: 10 }])
})

t.test('every 503 of a pool says when to come back', async (t) => {
  for (const code of ['QUEUE_FULL', 'QUEUE_TIMEOUT', 'NO_BACKEND'] as const) {
    const { asked, client } = begin()
    asked[0]!.settle(new RoamError(code, 'test'))
    t.same(client, ['respond 503, retry after 7', 'end'], code)
  }
})

t.test('nobody is told to send a body before there is a backend for it', async (t) => {
  const full = begin({ method: 'POST', body: true, expectsContinue: true })
  full.asked[0]!.settle(new RoamError('QUEUE_FULL', 'test'))
  t.same(full.client, ['respond 503, retry after 7', 'end'])
  const served = begin({ method: 'POST', body: true, expectsContinue: true })
  t.same(served.client, [])
  served.asked[0]!.settle(lease('b1'))
  t.same(served.client, ['inform 100'])
  served.sent[0]!.handler.onError(new RoamError('UPSTREAM_REFUSED', 'gone'))
  served.asked[1]!.settle(lease('b2'))
  t.same(served.client, ['inform 100'], 'once')
})

t.test('a defect hits the request that waited, not the one whose end let it go on', async (t) => {
  const { asked, client, records } = begin({ upstreamThrows: true })
  const log: string[] = []
  asked[0]!.settle(lease('b1', log))
  t.same(client, ['respond 500', 'end'])
  t.same(log, ['released'])
  t.match(records, [{ error: 'INTERNAL' }])
})
