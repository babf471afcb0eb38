import t from 'tap'
import { startDemoBackend } from '../../demo/backend.ts'

const backend = await startDemoBackend({ id: 'm1', lockWaitMs: 50 })
t.teardown(() => backend.close())

t.test(
  'a session that is locked for too long is an error page, and those behind it still get their turn',
  async (t) => {
    const ask = (path: string) => fetch(backend.url + path, { headers: { cookie: 'MoodleSession=a' } })
    const first = ask('/lib/ajax/service.php?delay=200')
    // The ledger has it: the lock is taken before the next one comes.
    while (backend.ledger.total === 0) await new Promise(setImmediate)
    const second = await ask('/my/')
    t.equal(second.status, 500)
    t.match(await second.text(), /Unable to obtain lock/)
    t.equal((await first).status, 200)
    t.equal((await ask('/my/')).status, 200)
  },
)

t.test('a burst of 30 calls of one session is answered whole', async (t) => {
  const calls = Array.from({ length: 30 }, (_, i) =>
    fetch(`${backend.url}/lib/ajax/service.php?info=call_${i}`, { headers: { cookie: 'MoodleSession=b' } }),
  )
  const answers = await Promise.all((await Promise.all(calls)).map((response) => response.json()))
  t.strictSame(
    answers.map((answer) => (answer as { info: string }).info),
    calls.map((_, i) => `call_${i}`),
  )
})

t.test('the client as Moodle sees it', async (t) => {
  const ask = async () =>
    (await fetch(`${backend.url}/client-address`, { headers: { 'x-forwarded-for': '192.0.2.7' } })).json()
  t.match(await ask(), { taken: '192.0.2.7', 3: '127.0.0.1' })
  backend.state.getremoteaddrconf = 3
  t.match(await ask(), { taken: '127.0.0.1', 1: '192.0.2.7' })
})
