/** What an operator does: reloads, takeovers, calls of the admin server. */
import t from 'tap'
import { ManualClock, telemetry } from './support.ts'

t.test('a reload is counted; only one that went well is the load that is in force', async (t) => {
  const clock = new ManualClock()
  const { events, value } = telemetry({ clock })
  const loaded = (): Promise<number | undefined> => value('quic_config_last_reload_success_timestamp_seconds')
  const first = (await loaded()) ?? NaN
  clock.advance(5000)
  events.emit('config:reload', { trigger: 'signal', result: 'failure', why: 'line 3: no such key' })
  t.equal(await loaded(), first)
  events.emit('config:reload', { trigger: 'admin', result: 'success', why: undefined })
  t.equal(Math.round(((await loaded()) ?? NaN) - first), 5)
  t.equal(await value('quic_config_reloads_total{result="success"}'), 1)
  t.equal(await value('quic_config_reloads_total{result="failure"}'), 1)
})

t.test('takeovers and tokens are counted', async (t) => {
  const { events, value } = telemetry()
  t.equal(await value('quic_takeovers_total{role="old"}'), 0)
  events.emit('takeover:done', { role: 'new', generation: 2 })
  t.equal(await value('quic_takeovers_total{role="new"}'), 1)
  events.emit('admin:auth', { result: 'wrong' })
  t.equal(await value('quic_admin_auth_total{result="wrong"}'), 1)
  t.equal(await value('quic_admin_auth_total{result="accepted"}'), 0)
})
