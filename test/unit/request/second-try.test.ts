import t from 'tap'
import type { BodyReader } from '../../../src/core/exchange.ts'
import { RoamError } from '../../../src/core/errors.ts'
import { begin, lease, type Options } from './support.ts'

const READER: BodyReader = { onData() {}, onEnd() {}, onError() {} }
const RESET = new RoamError('UPSTREAM_RESET', 'gone')
const REFUSED = new RoamError('UPSTREAM_REFUSED', 'nobody there')

/** Asks backends that all fail alike, until nobody asks any more; returns how many there were. */
function failures(error: RoamError, options: Options = {}): number {
  const { asked, sent, client } = begin(options)
  while (client.length === 0 && sent.length < 10) {
    asked.at(-1)!.settle(lease(`b${asked.length}`))
    sent.at(-1)!.handler.onError(error)
  }
  return sent.length
}

t.test('one more try after a reset, every backend after refusals', async (t) => {
  t.equal(failures(RESET), 2)
  t.equal(failures(REFUSED), 10)
  t.equal(failures(REFUSED, { method: 'POST' }), 10)
  t.equal(failures(RESET, { method: 'POST' }), 1)
  t.equal(failures(REFUSED, { maxRetries: 0 }), 1)
})

t.test('refusals on the way use up no retry', async (t) => {
  const { asked, sent, client } = begin()
  for (const error of [REFUSED, RESET, REFUSED]) {
    asked.at(-1)!.settle(lease(`b${asked.length}`))
    sent.at(-1)!.handler.onError(error)
  }
  t.equal(asked.length, 4)
  t.same([...asked[3]!.wish.tried!], ['b1', 'b2', 'b3'])
  asked[3]!.settle(lease('b4'))
  sent[3]!.handler.onError(RESET)
  t.same(client, ['respond 502', 'end'])
})

t.test('a body that turned out to be empty does not stand in the way', async (t) => {
  const { asked, sent, body } = begin({ body: true })
  asked[0]!.settle(lease('b1'))
  sent[0]!.request.body!.start(READER)
  body!.finish()
  sent[0]!.handler.onError(RESET)
  asked[1]!.settle(lease('b2'))
  t.equal(sent[1]!.request.body, undefined, 'it was read, and there was nothing')
})

t.test('one that may still come does', async (t) => {
  for (const bytes of [0, 1]) {
    const { asked, sent, body, client } = begin({ method: 'PUT', body: true })
    asked[0]!.settle(lease('b1'))
    sent[0]!.request.body!.start(READER)
    if (bytes > 0) body!.push(Buffer.alloc(bytes))
    sent[0]!.handler.onError(RESET)
    t.same(client, ['respond 502', 'end'])
  }
})

t.test('after the head of an answer there is only a visible cut', async (t) => {
  const { asked, sent, client } = begin()
  asked[0]!.settle(lease('b1'))
  sent[0]!.handler.onHead(200, ['content-length', '10'])
  sent[0]!.handler.onError(new RoamError('UPSTREAM_TRUNCATED', 'gone'))
  t.same(client, ['respond 200', 'abort UPSTREAM_TRUNCATED'])
})

t.test('where nobody is left, the client hears why the last one failed', async (t) => {
  const { asked, sent, client, records } = begin()
  asked[0]!.settle(lease('b1'))
  sent[0]!.handler.onError(REFUSED)
  asked[1]!.settle(new RoamError('NO_BACKEND', 'nobody'))
  t.same(client, ['respond 502', 'end'])
  t.match(records, [{ error: 'UPSTREAM_REFUSED', backendId: 'b1', attempts: 1 }])
})
