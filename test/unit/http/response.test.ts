import t from 'tap'
import { RoamError } from '../../../src/core/errors.ts'
import type { Fields } from '../../../src/core/exchange.ts'
import { cleanResponse } from '../../../src/http/response.ts'

const clean = (fields: Fields, status = 200, method = 'GET') => cleanResponse(method, status, fields)

t.test('a head that is not HTTP is the backend’s fault', (t) => {
  const cases: readonly (readonly [string, number, Fields])[] = [
    ['status 99', 99, []],
    ['status 600', 600, []],
    ['status that is no integer', 200.5, []],
    ['status that is no number', NaN, []],
    ['an upgrade nobody asked for', 101, []],
    ['name with a space', 200, ['x y', '1']],
    ['empty name', 200, ['', '1']],
    ['pseudo-header', 200, [':status', '200']],
    ['line break in a value', 200, ['x-a', 'a\r\nset-cookie: evil']],
    ['NUL in a value', 200, ['x-a', '\0']],
    ['two lengths', 200, ['content-length', '1', 'Content-Length', '1']],
    ['a list of lengths', 200, ['content-length', '1, 1']],
    ['a signed length', 200, ['content-length', '+1']],
  ]
  for (const [name, status, fields] of cases) {
    t.throws(() => clean(fields, status), { code: 'UPSTREAM_PROTOCOL' }, name)
  }
  try {
    clean(['x-secret', 'value\n'])
  } catch (error) {
    t.ok(error instanceof RoamError)
    t.match((error as Error).message, 'x-secret')
    t.notMatch((error as Error).message, 'value\n')
  }
  t.end()
})

t.test('fields of this hop are removed', (t) => {
  const hop = [
    'Keep-Alive',
    'Proxy-Connection',
    'Transfer-Encoding',
    'TE',
    'Upgrade',
    'Proxy-Authenticate',
    'Alt-Svc',
  ]
  const { fields } = clean([
    ...hop.flatMap((name) => [name, 'x']),
    'Connection',
    'close, X-Hop',
    'X-Hop',
    '1',
    'X-Kept',
    '2',
  ])
  t.same(fields, ['x-kept', '2'])
  t.end()
})

t.test('orders to the node’s web server do not leak', (t) => {
  const { fields } = clean([
    'X-Sendfile',
    '/a',
    'X-Accel-Redirect',
    '/b',
    'x-accel-expires',
    '1',
    'X-LIGHTTPD-send-file',
    '/c',
    'X-Accel-Buffering',
    'no',
  ])
  t.same(fields, ['x-accel-buffering', 'no'])
  t.end()
})

t.test('names are lower case, order and repetition stay, white space goes', (t) => {
  const { fields } = clean([
    'Set-Cookie',
    'a=1',
    'X-MiXed',
    ' b ',
    'Set-Cookie',
    'c=2',
    'Content-Type',
    'text/plain',
  ])
  t.same(fields, ['set-cookie', 'a=1', 'x-mixed', 'b', 'set-cookie', 'c=2', 'content-type', 'text/plain'])
  t.end()
})

t.test('validators, ranges and ages pass untouched', (t) => {
  const fields = [
    'etag',
    'W/"1"',
    'vary',
    'cookie',
    'age',
    '7',
    'content-range',
    'bytes 0-1/2',
    'accept-ranges',
    'none',
  ]
  t.same(clean(fields, 206).fields, fields)
  t.same(clean(fields, 304).fields, fields)
  t.end()
})

t.test('who has a body (RFC 9112 §6.3, RFC 9110 §8.6)', (t) => {
  const length = ['content-length', '5']
  const cases: readonly (readonly [string, number, boolean, number | undefined])[] = [
    ['GET', 200, true, 5],
    ['HEAD', 200, false, 5],
    ['GET', 304, false, 5],
    ['GET', 204, false, undefined],
    ['GET', 103, false, undefined],
    ['GET', 206, true, 5],
    ['POST', 404, true, 5],
  ]
  for (const [method, status, hasBody, contentLength] of cases) {
    const head = clean(length, status, method)
    t.equal(head.hasBody, hasBody, `${method} ${status}`)
    t.equal(head.contentLength, contentLength, `${method} ${status}: length`)
    t.equal(head.fields.includes('content-length'), contentLength !== undefined, `${method} ${status}: field`)
  }
  t.equal(clean(['content-length', '0']).hasBody, false, 'length 0')
  t.equal(clean([]).hasBody, true, 'until the end')
  t.end()
})
