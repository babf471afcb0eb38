import type { Test } from 'tap'
import type { Protocol } from '../../src/core/exchange.ts'
import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { type Roam, startRoam } from '../support/roam.ts'

async function hostsSeen(t: Test, roam: Roam, protocol: Protocol) {
  const answer = await ask(roam, protocol, { path: '/echo' })
  t.equal(answer.status, 200)
  const { rawHeaders } = JSON.parse(answer.body.toString()) as { rawHeaders: string[] }
  const named = (name: string) => rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1] === name)
  return { host: named('host'), forwarded: named('x-forwarded-host') }
}

onEachProtocol("backends get the client's Host unless told otherwise", async (t, protocol) => {
  const roam = await startRoam(t)
  const asked = [`localhost:${roam.port}`]
  t.same(await hostsSeen(t, roam, protocol), { host: asked, forwarded: asked })
})

onEachProtocol('hostHeader: backend sends the host of its URL', async (t, protocol) => {
  const roam = await startRoam(t, { pool: 'hostHeader: backend' })
  const host = [new URL(roam.backends[0]!.url).host]
  t.same(await hostsSeen(t, roam, protocol), { host, forwarded: [`localhost:${roam.port}`] })
})

onEachProtocol('hostHeader may be a name; what the client asked for stays visible', async (t, protocol) => {
  const roam = await startRoam(t, { pool: 'hostHeader: moodle.internal' })
  const host = ['moodle.internal']
  t.same(await hostsSeen(t, roam, protocol), { host, forwarded: [`localhost:${roam.port}`] })
})
