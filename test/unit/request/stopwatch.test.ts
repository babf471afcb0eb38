import t from 'tap'
import { Stopwatch } from '../../../src/request/stopwatch.ts'
import { FakeClock } from '../../support/virtual-time.ts'

t.test('what queue and backends take is not overhead, over all attempts', async (t) => {
  const clock = new FakeClock()
  const stopwatch = new Stopwatch(clock)
  clock.advance(1)
  for (let attempt = 1; attempt <= 2; attempt++) {
    stopwatch.queue()
    clock.advance(1000)
    stopwatch.leaveQueue()
    t.equal(stopwatch.ask(), clock.now())
    clock.advance(500)
    t.equal(stopwatch.answered(clock.now()), 500)
    clock.advance(2)
  }
  const firstByteAt = clock.now()
  clock.advance(7000)
  t.same(stopwatch.durations(firstByteAt), {
    durationSeconds: 10.005,
    timeToFirstByteSeconds: 3.005,
    overheadSeconds: 0.005,
    queueSeconds: 2,
  })
})

t.test('an attempt ends once, however often that is said', async (t) => {
  const clock = new FakeClock()
  const stopwatch = new Stopwatch(clock)
  stopwatch.ask()
  clock.advance(500)
  stopwatch.answered(clock.now())
  clock.advance(100)
  t.equal(stopwatch.answered(clock.now()), 0)
  t.equal(stopwatch.durations(clock.now()).overheadSeconds, 0.1)
})

t.test('without a backend, or without an answer, there is no overhead to speak of', async (t) => {
  const clock = new FakeClock()
  const own = new Stopwatch(clock)
  t.equal(own.durations(clock.now()).overheadSeconds, undefined)
  own.ask()
  t.equal(own.durations(undefined).overheadSeconds, undefined)
  t.equal(own.durations(undefined).timeToFirstByteSeconds, undefined)
})
