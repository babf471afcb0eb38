import t from 'tap'
import type { ErrorCode } from '../../../src/core/errors.ts'
import { REQUEST, telemetry } from './support.ts'

const SIDES: readonly (readonly [ErrorCode, 'downstream' | 'upstream'])[] = [
  ['CLIENT_GONE', 'downstream'],
  ['UPSTREAM_RESET', 'upstream'],
  ['UPSTREAM_TRUNCATED', 'upstream'],
]

for (const [error, side] of SIDES) {
  t.test(`${error} is an abort of the ${side} side`, async (t) => {
    const { events, value } = telemetry()
    events.emit('request:end', { ...REQUEST, error })
    t.equal(await value(`quic_request_aborts_total{side="${side}",protocol="h3"}`), 1)
  })
}

t.test('an error answer is no abort', async (t) => {
  const { events, value } = telemetry()
  events.emit('request:end', { ...REQUEST, status: 503, error: 'NO_BACKEND' })
  t.equal(await value('quic_request_aborts_total{side="upstream",protocol="h3"}'), 0)
})
