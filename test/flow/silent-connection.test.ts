import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'
import t from 'tap'
import { startRoam } from '../support/roam.ts'

t.test('a connection that never asks for anything is closed without a word, and is no request', async (t) => {
  const roam = await startRoam(t, { extra: 'limits: { headersTimeout: 1s }' })
  const plain = net.connect(roam.plainPort, '127.0.0.1')
  const secure = tls.connect({ host: '127.0.0.1', port: roam.port, ca: roam.ca, servername: 'localhost' })
  const heard = [plain, secure].map(async (socket) => {
    let said = ''
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()))
    socket.on('error', () => {})
    await once(socket, 'close')
    return said
  })
  t.same(await Promise.all(heard), ['', ''])
  t.equal(roam.records.length, 0)
})
