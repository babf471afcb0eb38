import t from 'tap'
import { type Events, createEvents } from '../../../src/core/events.ts'
import { createEventLog } from '../../../src/telemetry/event-log.ts'
import { type Line, recorder } from './lines.ts'
import { ManualClock } from './support.ts'

function listening(level = 'info'): {
  readonly events: Events
  readonly clock: ManualClock
  readonly parsed: () => Line[]
  readonly stop: () => void
} {
  const events = createEvents()
  const clock = new ManualClock()
  const { log, parsed } = recorder(level)
  return { events, clock, parsed, stop: createEventLog({ events, log, clock }) }
}

const ERROR = 50
const WARN = 40
const INFO = 30

t.test('a backend that fails is a warning with its reason, one that returns is not', (t) => {
  const { events, parsed } = listening()
  events.emit('backend:state', { backendId: 'moodle-1', state: 'unhealthy', why: 'status 500' })
  events.emit('backend:state', { backendId: 'moodle-1', state: 'healthy', why: 'status 200' })
  t.match(parsed(), [
    { level: WARN, 'roam.backend': 'moodle-1', 'roam.why': 'status 500' },
    { level: INFO, 'roam.backend': 'moodle-1', 'roam.state': 'healthy' },
  ])
  t.end()
})

t.test('a breaker that opens is a warning', (t) => {
  const { events, parsed } = listening()
  for (const state of ['open', 'half_open', 'closed'] as const) {
    events.emit('breaker:state', { backendId: 'moodle-1', state })
  }
  t.same(
    parsed().map(({ level }) => level),
    [WARN, INFO, INFO],
  )
  t.end()
})

t.test('a flood of refused connections is one line a second, and every refusal is in one', (t) => {
  const { events, clock, parsed } = listening()
  const flood = (count: number): void => {
    for (let index = 0; index < count; index++)
      events.emit('connection:rejected', { reason: 'connection_limit' })
  }
  flood(1000)
  t.equal(parsed().length, 1, 'the first is told at once')
  events.emit('connection:rejected', { reason: 'draining' })
  clock.advance(1000)
  t.match(parsed()[1], {
    level: WARN,
    'roam.count': 1000,
    'roam.reasons': { connection_limit: 999, draining: 1 },
  })
  clock.advance(10_000)
  t.equal(parsed().length, 2, 'silence is not logged')
  flood(1)
  t.equal(parsed().length, 3, 'after silence the first is told at once again')
  t.end()
})

t.test('what was not told yet is told at the end', (t) => {
  const { events, clock, parsed, stop } = listening()
  for (let index = 0; index < 3; index++) events.emit('connection:rejected', { reason: 'rate_limit' })
  stop()
  t.match(parsed()[1], { 'roam.count': 2 })
  events.emit('connection:rejected', { reason: 'rate_limit' })
  clock.advance(5000)
  t.equal(parsed().length, 2)
  t.same(events.eventNames(), [])
  t.end()
})

t.test('migrations are for those who debug', (t) => {
  for (const [level, count] of [
    ['info', 0],
    ['debug', 1],
  ] as const) {
    const { events, parsed } = listening(level)
    events.emit('transport:path', {
      connection: 7,
      remoteAddress: '192.0.2.7',
      event: {
        kind: 'migrated',
        reason: 'nat_rebinding',
        success: true,
        seconds: 0.05,
        remoteAddress: '192.0.2.8',
        remotePort: 40_000,
        wasIdle: false,
      },
    })
    t.equal(parsed().length, count, level)
  }
  t.end()
})

t.test('a defect is an error with its stack, under the id that the client was shown', (t) => {
  const { events, parsed } = listening()
  events.emit('request:defect', { id: 'r-1', error: new Error('oops') })
  t.match(parsed(), [{ level: ERROR, 'roam.request_id': 'r-1', err: { stack: /oops/ } }])
  t.end()
})

t.test('an ejection is a warning with its reason and length, its end is not', (t) => {
  const { events, parsed } = listening()
  events.emit('backend:ejected', { backendId: 'moodle-1', reason: 'consecutive_5xx', seconds: 30 })
  events.emit('backend:returned', { backendId: 'moodle-1' })
  t.match(parsed(), [
    {
      level: WARN,
      'roam.backend': 'moodle-1',
      'roam.reason': 'consecutive_5xx',
      'roam.duration_seconds': 30,
    },
    { level: INFO, 'roam.backend': 'moodle-1' },
  ])
  t.end()
})

t.test('panic is a warning, its end is not', (t) => {
  const { events, parsed } = listening()
  for (const on of [true, false]) events.emit('pool:panic', { pool: 'moodle', on })
  t.match(parsed(), [
    { level: WARN, 'roam.pool': 'moodle' },
    { level: INFO, 'roam.pool': 'moodle' },
  ])
  t.end()
})

t.test('a configuration that is refused is an error with its reason', (t) => {
  const { events, parsed } = listening()
  events.emit('config:reload', { trigger: 'signal', result: 'failure', why: 'pools.moodle: no backends' })
  events.emit('config:reload', { trigger: 'file', result: 'success', why: undefined })
  t.match(parsed(), [
    { level: ERROR, 'roam.trigger': 'signal', 'roam.why': 'pools.moodle: no backends' },
    { level: INFO, 'roam.trigger': 'file' },
  ])
  t.end()
})

t.test('what an operator changes, and what is replaced, is told', (t) => {
  const { events, parsed } = listening()
  events.emit('backend:admin', { backendId: 'moodle-1', state: 'draining', weight: 1 })
  events.emit('backend:resolved', { backendId: 'moodle-1', addresses: ['10.0.0.7'] })
  events.emit('certificates:replaced', { commonNames: ['moodle.example.org'] })
  events.emit('takeover:done', { role: 'old', generation: 2 })
  t.match(parsed(), [
    { level: INFO, 'roam.backend': 'moodle-1', 'roam.state': 'draining', 'roam.weight': 1 },
    { level: INFO, 'roam.addresses': ['10.0.0.7'] },
    { level: INFO, 'roam.names': ['moodle.example.org'] },
    { level: INFO, 'roam.generation': 2 },
  ])
  t.end()
})

t.test('tokens that are guessed are one line a second; one that is right is none', (t) => {
  const { events, clock, parsed } = listening()
  events.emit('admin:auth', { result: 'accepted' })
  t.equal(parsed().length, 0)
  for (let index = 0; index < 1000; index++) events.emit('admin:auth', { result: 'wrong' })
  clock.advance(1000)
  t.match(parsed(), [
    { level: WARN, 'roam.count': 1 },
    { level: WARN, 'roam.reasons': { wrong: 999 } },
  ])
  t.end()
})
