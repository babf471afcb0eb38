import t from 'tap'
import { checkRequestTrailers, cleanTrailers } from '../../../src/http/trailers.ts'

t.test('trailers that could change the message are dropped', (t) => {
  const names = [
    'content-length',
    'transfer-encoding',
    'host',
    'authorization',
    'set-cookie',
    'x-forwarded-for',
    'connection',
    'location',
    'cache-control',
    'content-type',
    'x-unknown',
  ]
  t.same(cleanTrailers(names.flatMap((name) => [name, '1'])), [])
  t.end()
})

t.test('malformed trailers are dropped', (t) => {
  t.same(cleanTrailers([':status', '200', 'etag\r\n', '1', 'etag', 'a\r\nb', 'server-timing', 'a\0']), [])
  t.end()
})

t.test('harmless trailers pass', (t) => {
  t.same(
    cleanTrailers([
      'Server-Timing',
      ' db;dur=5',
      'grpc-status',
      '0',
      'X-Checksum-Sha256',
      'ab',
      'x-trailer',
      '1',
    ]),
    [...['server-timing', 'db;dur=5', 'grpc-status', '0', 'x-checksum-sha256', 'ab', 'x-trailer', '1']],
  )
  t.end()
})

t.test('a flood of trailers is cut', (t) => {
  t.equal(cleanTrailers(Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? 'etag' : '1'))).length, 64)
  t.end()
})

t.test('a request’s trailers are judged before they are discarded', (t) => {
  for (const [name, value] of [
    [':path', '/b'],
    ['Host', 'a'],
    ['host', 'a'],
    ['content-length', '1'],
    ['transfer-encoding', 'chunked'],
    ['x a', '1'],
    ['x-a', 'a\r\nb'],
  ] as const) {
    t.throws(() => checkRequestTrailers(['x-ok', '1', name, value]), { code: 'MALFORMED_REQUEST' }, name)
  }
  t.doesNotThrow(() => checkRequestTrailers(['x-checksum', '1', 'server-timing', 'a']))
  t.end()
})
