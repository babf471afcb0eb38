import t from 'tap'
import { type RequestRecord, createEvents } from '../../../src/core/events.ts'
import { createAccessLog } from '../../../src/telemetry/access-log.ts'
import { type Line, recorder } from './lines.ts'
import { REQUEST } from './support.ts'

/** The lines that one request leaves, as text and as values. */
function logged(request: RequestRecord, level = 'info'): { readonly lines: string[]; readonly line: Line } {
  const events = createEvents()
  const { log, lines, parsed } = recorder(level)
  createAccessLog({ events, log })
  events.emit('request:end', request)
  return { lines, line: parsed()[0] ?? {} }
}

t.test('a line break in a request cannot forge a line', (t) => {
  const { lines, line } = logged({ ...REQUEST, path: '/a\n{"level":30}\r\u0000\u001b[2J' })
  t.equal(lines.length, 1)
  t.equal(lines[0]?.indexOf('\n'), (lines[0]?.length ?? 0) - 1)
  t.notMatch(lines[0]?.trimEnd(), /[\u0000-\u001f]/)
  t.equal(line['url.path'], '/a\n{"level":30}\r\u0000\u001b[2J')
  t.end()
})

t.test('a query string is not logged', (t) => {
  const { lines } = logged({ ...REQUEST, path: '/login/index.php?token=secret' })
  t.notMatch(lines[0], /token|secret|\?/)
  t.end()
})

t.test('what a client makes long is cut', (t) => {
  const long = 'x'.repeat(100_000)
  const { lines } = logged({
    ...REQUEST,
    path: `/${long}`,
    host: long,
    method: long,
    id: long,
    errorMessage: long,
  })
  t.ok((lines[0]?.length ?? 0) < 4000)
  t.end()
})

t.test('a failed request says why, in one word and in one sentence', (t) => {
  const { line } = logged({
    ...REQUEST,
    status: 502,
    error: 'UPSTREAM_REFUSED',
    errorMessage: 'The backend moodle-1 refused the connection.',
  })
  t.equal(line['error.type'], 'UPSTREAM_REFUSED')
  t.equal(line['roam.error_message'], 'The backend moodle-1 refused the connection.')
  t.end()
})

t.test('a request is one line, in the words of OpenTelemetry where it has them', (t) => {
  const { lines, line } = logged({ ...REQUEST, host: 'moodle.example.org:9443', durationSeconds: 0.12345678 })
  t.equal(lines.length, 1)
  t.match(line, {
    level: 30,
    msg: 'request',
    'http.request.method': 'GET',
    'url.path': '/course/view.php',
    'http.response.status_code': 200,
    'network.protocol.version': '3',
    'client.address': '192.0.2.7',
    'server.address': 'moodle.example.org',
    'http.request.body.size': 0,
    'http.response.body.size': 1000,
    'roam.backend': 'moodle-1',
    'roam.attempts': 1,
    'roam.route_class': 'page',
    'roam.duration_seconds': 0.123457,
    'roam.time_to_first_byte_seconds': 0.125,
    'roam.request_id': 'r-1',
  })
  t.notOk('error.type' in line)
  t.end()
})

t.test('the wait in the queue is there where there was one', (t) => {
  t.equal(logged({ ...REQUEST, queueSeconds: 1.23456789 }).line['roam.queue_seconds'], 1.234568)
  t.notOk('roam.queue_seconds' in logged(REQUEST).line)
  t.end()
})

t.test('an IPv6 address keeps its colons and loses its port', (t) => {
  t.equal(logged({ ...REQUEST, host: '[2001:db8::1]:9443' }).line['server.address'], '[2001:db8::1]')
  t.equal(logged({ ...REQUEST, host: '[2001:db8::1]' }).line['server.address'], '[2001:db8::1]')
  t.equal(logged({ ...REQUEST, host: '' }).line['server.address'], '')
  t.end()
})

t.test('nothing is written after the end', (t) => {
  const events = createEvents()
  const { log, lines } = recorder()
  const stop = createAccessLog({ events, log })
  stop()
  events.emit('request:end', REQUEST)
  t.same(lines, [])
  t.end()
})

t.test('scrapes and probes are for those who debug, unless they are refused', (t) => {
  t.equal(logged({ ...REQUEST, local: true }).lines.length, 0)
  t.equal(logged({ ...REQUEST, local: true }, 'debug').lines.length, 1)
  t.equal(logged({ ...REQUEST, local: true, status: 404 }).lines.length, 1)
  t.end()
})
