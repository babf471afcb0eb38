import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { startRoam } from '../support/roam.ts'

t.test('a client that is slow to send its body is not held against Roam', async (t) => {
  const roam = await startRoam(t)
  const ended = roam.nextRecord()
  const upload = request({ port: roam.plainPort, method: 'POST', path: '/echo' })
  upload.on('response', (response) => response.resume())
  const started = once(roam.events, 'request:start')
  upload.write('first')
  await started
  // The pause is what is tested: the body's last byte comes this much later.
  await wait(300)
  upload.end('last')
  const { timeToFirstByteSeconds, overheadSeconds } = await ended
  t.ok(timeToFirstByteSeconds! >= 0.29, `${timeToFirstByteSeconds} s`)
  t.ok(overheadSeconds! < 0.2, `${overheadSeconds} s`)
})
