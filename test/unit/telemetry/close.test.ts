import t from 'tap'
import { telemetry } from './support.ts'

t.test('closing leaves no listener behind', (t) => {
  const { events, telemetry: made } = telemetry()
  t.ok(events.eventNames().length > 10)
  made.close()
  t.same(events.eventNames(), [])
  t.end()
})
