import t from 'tap'
import { testPool } from '../../support/pool.ts'

t.test('a place that becomes free is given to who waits before anybody new can ask for it', async (t) => {
  const { ask } = testPool({ backends: [{}] })
  const running = ask()
  const waiting = ask()
  running.lease!.release()
  const newcomer = ask()
  t.equal(waiting.got, 'a')
  t.equal(newcomer.got, 'waits')
})

t.test('who fails and tries again waits behind those who wait already', async (t) => {
  const { ask } = testPool()
  const [one] = [ask(), ask()] as const
  const waiting = ask()
  one.lease!.release()
  const again = ask({ tried: [one.got] })
  t.equal(waiting.got, one.got)
  t.equal(again.got, 'waits')
})
