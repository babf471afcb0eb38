import t from 'tap'
import type { DownstreamConnection, Fields, RequestHead } from '../../../src/core/exchange.ts'
import { forwardFields, inheritedRequestId } from '../../../src/http/forwarded.ts'

const SPOOFED: Fields = [
  ...['client-ip', '6.6.6.6', 'x-forwarded-for', '6.6.6.6', 'x-forwarded-proto', 'gopher'],
  ...['x-forwarded-host', 'evil.example', 'x-forwarded-port', '1', 'x-forwarded-prefix', '/evil'],
  ...['forwarded', 'for=6.6.6.6', 'x-real-ip', '6.6.6.6', 'x-request-id', 'chosen', 'proxy', 'evil:1'],
]

function head(fields: Fields, authority = 'roam.example:9443'): RequestHead {
  const rest = { contentLength: undefined, hasBody: false, expectsContinue: false } as const
  return { method: 'GET', scheme: 'https', authority, target: '/', path: '/', fields, ...rest }
}

function from(remoteAddress: string, encrypted = true): DownstreamConnection {
  return { protocol: 'h2', remoteAddress, remotePort: 5000, localPort: 9443, encrypted, migrations: 0 }
}

function send(
  fields: Fields,
  connection = from('192.0.2.7'),
  trusted = false,
  authority?: string,
): Record<string, string> {
  const list = forwardFields(head(fields, authority), connection, 'id-1', () => trusted)
  const result: Record<string, string> = Object.create(null) as Record<string, string>
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] ?? ''
    t.notOk(name in result, `${name} is there once`)
    result[name] = list[i + 1] ?? ''
  }
  return result
}

t.test('a stranger’s claims never reach the backend', (t) => {
  t.same(send(['accept', '*/*', ...SPOOFED, 'traceparent', '00-ab-cd-01', 'tracestate', 'a=b']), {
    host: 'roam.example:9443',
    accept: '*/*',
    traceparent: '00-ab-cd-01',
    tracestate: 'a=b',
    'x-forwarded-for': '192.0.2.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'roam.example:9443',
    'x-forwarded-port': '9443',
    forwarded: 'for=192.0.2.7;host="roam.example:9443";proto=https',
    'x-request-id': 'id-1',
  })
  t.end()
})

t.test('a trusted proxy’s word is kept, and ours appended', (t) => {
  const fields = [
    ...['x-forwarded-for', '198.51.100.1', 'x-forwarded-for', '10.0.0.1', 'x-forwarded-proto', 'https'],
    ...['x-forwarded-host', 'Moodle.example', 'x-forwarded-port', '443', 'x-real-ip', '198.51.100.1'],
    ...['forwarded', 'for=198.51.100.1', 'x-request-id', 'edge-1', 'proxy', 'evil:1'],
  ]
  t.same(send(fields, from('10.0.0.2', false), true), {
    host: 'roam.example:9443',
    'x-real-ip': '198.51.100.1',
    'x-forwarded-for': '198.51.100.1, 10.0.0.1, 10.0.0.2',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'moodle.example',
    'x-forwarded-port': '443',
    forwarded: 'for=198.51.100.1, for=10.0.0.2;host="roam.example:9443";proto=http',
    'x-request-id': 'edge-1',
  })
  t.end()
})

t.test('a trusted proxy’s nonsense is replaced', (t) => {
  const sent = send(
    ['x-forwarded-proto', 'ftp', 'x-forwarded-host', 'a,b', 'x-forwarded-port', 'x', 'x-request-id', 'a b'],
    from('10.0.0.2'),
    true,
  )
  t.match(sent, {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'roam.example:9443',
    'x-forwarded-port': '9443',
    'x-request-id': 'id-1',
  })
  t.end()
})

t.test('IPv6 is bracketed and quoted in Forwarded only (RFC 7239 §6)', (t) => {
  t.match(send([], from('2001:db8::1'), false, 'roam.example'), {
    'x-forwarded-for': '2001:db8::1',
    forwarded: 'for="[2001:db8::1]";host=roam.example;proto=https',
  })
  t.match(send([], from('fe80::1%eth0')), { 'x-forwarded-for': 'fe80::1' })
  t.match(send([], from('::ffff:192.0.2.1')), { 'x-forwarded-for': '192.0.2.1' })
  t.end()
})

t.test('plain connections say http whatever :scheme claims', (t) => {
  t.match(send([], from('192.0.2.7', false)), { 'x-forwarded-proto': 'http' })
  t.end()
})

t.test('only a trusted proxy’s request id is inherited', (t) => {
  const request = head(['x-a', 'x-request-id', 'x-request-id', 'edge-1'])
  t.equal(
    inheritedRequestId(request, from('10.0.0.2'), () => true),
    'edge-1',
  )
  t.equal(
    inheritedRequestId(request, from('10.0.0.2'), () => false),
    undefined,
  )
  t.equal(
    inheritedRequestId(head(['x-request-id', 'a"b']), from('10.0.0.2'), () => true),
    undefined,
  )
  t.end()
})
