import t from 'tap'
import { config, telemetry } from './support.ts'

t.test('the listeners that offer each protocol are counted, 0 where none does', async (t) => {
  const listeners = [{ protocols: ['h2', 'http/1.1'] }, { protocols: ['http/1.1'] }] as const
  const { value } = telemetry({ config: config(['moodle-1'], { listeners }) })
  t.equal(await value('quic_listeners{protocol="http/1.1"}'), 2)
  t.equal(await value('quic_listeners{protocol="h2"}'), 1)
  t.equal(await value('quic_listeners{protocol="h3"}'), 0)
})
