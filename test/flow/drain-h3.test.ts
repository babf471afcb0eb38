import t from 'tap'
import { keepH3 } from '../support/keep-h3.ts'
import { skipWithoutAioquic } from '../support/raw-h3.ts'
import { startRoam } from '../support/roam.ts'

const skip = skipWithoutAioquic()

t.test('h3: what a client asks in the moment that a drain begins is answered', { skip }, async (t) => {
  const roam = await startRoam(t, { host: '127.0.0.1' })
  const client = await keepH3(t, roam)
  client.get('/delay/0')
  await client.seen('end', 0)
  const drained = roam.app.drain()
  client.get('/delay/50')
  await drained
  await client.seen('close')
  t.match(await client.seen('response', 4), { status: 200 }, JSON.stringify(client.events))
})

t.test(
  'h3: an idle client hears that the server goes away before the connection closes',
  { skip },
  async (t) => {
    const roam = await startRoam(t, { host: '127.0.0.1' })
    const client = await keepH3(t, roam)
    client.get('/delay/0')
    await client.seen('end', 0)
    await roam.app.drain()
    await client.seen('close')
    t.strictSame(
      client.events.map(({ event }) => event).slice(3, 4),
      ['goaway'],
      JSON.stringify(client.events),
    )
  },
)
