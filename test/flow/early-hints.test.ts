import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

const HINTS = '</a.css>; rel=preload; as=style, </b.js>; rel=preload; as=script'

onEachProtocol('early hints of any form lose no page', async (t, protocol) => {
  const backend = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', () => {
      socket.write(`HTTP/1.1 103 Early Hints\r\nLink: ${HINTS}\r\n\r\n`)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage')
    })
  })
  t.teardown(() => backend.close())
  await once(backend.listen(0, '127.0.0.1'), 'listening')
  const roam = await startRoam(t, {
    backendUrls: [`http://127.0.0.1:${(backend.address() as AddressInfo).port}`],
  })
  const got = await ask(roam, protocol, { path: '/' })
  t.match({ ...got, body: got.body.toString() }, { status: 200, complete: true, body: 'page' })
})
