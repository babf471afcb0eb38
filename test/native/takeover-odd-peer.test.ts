import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { connectPeer } from '../../src/listener/quic/engine-takeover.ts'
import { waitForSuccessor } from '../../src/takeover/estate.ts'

t.test('a successor that asks for odd places gets those that there are, once each', async (t) => {
  const done: string[] = []
  const socket = (key: string) => ({
    ...{ key, transport: 'tcp' as const, port: 1 },
    attach: () => [],
    yield() {
      done.push(`${key} yields`)
      return Promise.resolve('')
    },
    takeBack: () => void done.push(`${key} is taken back`),
  })
  // A Unix socket's path must be short.
  const folder = mkdtempSync(join(tmpdir(), 'roam-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'odd.takeover')
  const failed = Promise.withResolvers<string>()
  const waiting = waitForSuccessor({
    path,
    estate: () => ({ generation: 0, secret: Buffer.alloc(0), sockets: [socket('a'), socket('b')] }),
    onFailure: failed.resolve,
  })
  t.teardown(() => waiting.close())
  const peer = connectPeer(path)!
  const say = (message: object) => peer.send(JSON.stringify(message), 1000)
  say({ type: 'hello', version: 1, pid: 1 })
  for (let i = 0; i < 3; i++) await peer.receive(1000)
  say({ type: 'ready', taken: ['length', 1, 1, 7, null] })
  t.match(await peer.receive(1000), '"yours"')
  peer.close()
  t.match(await failed.promise, 'ended the talk')
  t.same(done, ['b yields', 'b is taken back'])
})
