import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import t from 'tap'
import { h3Get } from '../../src/listener/quic/engine-client.ts'
import { ask, header } from '../support/client.ts'
import { type Roam, startRoam } from '../support/roam.ts'

t.test('a listener that is added serves, and one that is removed lets its requests finish', async (t) => {
  const roam = await startRoam(t)
  const port = await freePort()
  const listeners = `- { address: "127.0.0.1:${port}", protocols: [http/1.1] }`
  t.strictSame(await roam.reload({ listeners }), [`listener 127.0.0.1:${port} added`])
  t.equal((await fetch(`http://127.0.0.1:${port}/delay/0`)).status, 200)

  const selected = new Promise((resolve) => roam.events.once('backend:selected', resolve))
  const running = fetch(`http://127.0.0.1:${port}/delay/700`)
  await selected
  t.strictSame(await roam.reload({}), [`listener 127.0.0.1:${port} removed`])
  await t.rejects(once(connect(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' })
  const answer = await running
  t.equal(answer.status, 200)
  t.equal(answer.headers.get('connection'), 'close')
})

t.test('HTTP/3 is taken from a listener and given back, while TCP goes on', async (t) => {
  const roam = await startRoam(t, { host: '127.0.0.1' })
  await roam.reload({ protocols: ['h2', 'http/1.1'] })
  const without = await ask(roam, 'h2', { path: '/' })
  t.match(
    { status: without.status, altSvc: header(without.headers, 'alt-svc') },
    { status: 200, altSvc: undefined },
  )
  await t.rejects(askH3(roam), { code: /ECONNREFUSED|ETIMEDOUT|ERR_H3_CLOSED/ })

  await roam.reload({})
  t.match(header((await ask(roam, 'h2', { path: '/' })).headers, 'alt-svc'), `:${roam.port}`)
  t.equal((await askH3(roam)).status, 200)
})

t.test('a plain listener begins to redirect, and a protocol is no longer agreed on', async (t) => {
  const roam = await startRoam(t)
  await roam.reload({ plainListener: 'redirectToHttps: on', protocols: ['h3', 'http/1.1'] })
  const response = await fetch(`http://127.0.0.1:${roam.plainPort}/`, { redirect: 'manual' })
  t.equal(response.status, 308)
  t.not((await ask(roam, 'h2', { path: '/' }).catch(() => undefined))?.status, 200)
  t.equal((await ask(roam, 'http/1.1', { path: '/' })).status, 200)
})

t.test('an address that one of the old listeners holds is refused with what to do', async (t) => {
  const roam = await startRoam(t)
  const listeners = `- { address: "127.0.0.1:${roam.port}", protocols: [http/1.1] }`
  await t.rejects(
    roam.reload({ listeners }),
    /^listener 127\.0\.0\.1:\d+ overlaps one .* take that one out, reload/,
  )
  t.equal((await ask(roam, 'h3', { path: '/' })).status, 200)
})

function askH3(roam: Roam): ReturnType<typeof h3Get> {
  return h3Get({ host: '127.0.0.1', serverName: 'localhost', port: roam.port, ca: roam.ca, timeoutMs: 1_500 })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
