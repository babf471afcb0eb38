/** What the doctor says when HTTP/3 does not come through, and when browsers do not learn of it. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import t from 'tap'
import type { Test } from 'tap'
import { startRoam } from '../support/roam.ts'
import { doctor } from './cli-doctor-support.ts'

/** Only Roam itself. */
const ALONE = ['--no-prometheus', '--no-grafana']

/** A way to Roam that leads TCP through and swallows UDP, as many firewalls do; answers with its port. */
async function startFirewall(t: Test, roamPort: number): Promise<number> {
  const sockets = new Set<Socket>()
  const way = createServer((client) => {
    const server = connect(roamPort, 'localhost')
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
    client.pipe(server).pipe(client)
  })
  t.teardown(() => {
    way.close()
    for (const socket of sockets) socket.destroy()
  })
  for (;;) {
    await once(way.listen(0, '127.0.0.1'), 'listening')
    const { port } = way.address() as AddressInfo
    const hole = createSocket('udp4').bind(port, '127.0.0.1')
    const bound = await once(hole, 'listening').then(
      () => true,
      () => false,
    )
    t.teardown(() => hole.close())
    if (bound) return port
    // The UDP port of this number is somebody else's.
    await new Promise((resolve) => way.close(resolve))
  }
}

t.test('no HTTP/3 among the protocols', async (t) => {
  const { origin, caFile } = await startRoam(t, { protocols: ['h2', 'http/1.1'] })
  const { code, checks } = await doctor('--url', origin, '--ca', caFile, ...ALONE)
  t.equal(code, 1)
  t.match(checks['http3'], /^fail: .*nothing listens on UDP port \d+ → .*h3 is not among the protocols/)
})

t.test('HTTP/3 is offered, and UDP does not come through', async (t) => {
  const { port, caFile } = await startRoam(t)
  const entry = await startFirewall(t, port)
  const url = `https://127.0.0.1:${entry}`
  const { code, checks } = await doctor('--url', url, '--ca', caFile, '--timeout', '1s', ...ALONE)
  t.equal(code, 1)
  t.match(
    checks['http3'],
    new RegExp(`^fail: .*UDP port ${entry} within 1 s → TCP answers and offers HTTP/3: .*drops UDP`),
  )
})

t.test('HTTP/3 is there, and browsers are sent elsewhere or nowhere', async (t) => {
  const silent = await startRoam(t, { listener: 'altSvc: off' })
  const { checks } = await doctor('--url', silent.origin, '--ca', silent.caFile, ...ALONE)
  t.match(checks['http3'], /^warn: .*no Alt-Svc offers it → /)
  const elsewhere = await startRoam(t, { listener: 'altSvc: { advertisedPort: 443 }' })
  const other = await doctor('--url', elsewhere.origin, '--ca', elsewhere.caFile, ...ALONE)
  t.match(other.checks['http3'], /^warn: .*Alt-Svc sends browsers to port 443 → /)
  t.equal(other.code, 0, 'a warning is no failure')
})
