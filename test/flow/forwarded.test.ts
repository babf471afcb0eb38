import t, { type Test } from 'tap'
import type { Protocol } from '../../src/core/exchange.ts'
import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { type Roam, startRoam } from '../support/roam.ts'

const LIES = {
  'x-forwarded-for': '192.0.2.66',
  'x-forwarded-proto': 'http',
  'x-real-ip': '192.0.2.66',
  'client-ip': '192.0.2.66',
  forwarded: 'for=192.0.2.66',
  'x-request-id': 'from-the-client',
}

/** The fields that the backend saw, by name. */
async function seenBy(t: Test, roam: Roam, protocol: Protocol): Promise<Map<string, string[]>> {
  const answer = await ask(roam, protocol, { path: '/echo', headers: LIES })
  t.equal(answer.status, 200)
  const { rawHeaders } = JSON.parse(answer.body.toString()) as { rawHeaders: string[] }
  const seen = new Map<string, string[]>()
  for (let i = 0; i < rawHeaders.length; i += 2)
    seen.set(rawHeaders[i]!, [...(seen.get(rawHeaders[i]!) ?? []), rawHeaders[i + 1]!])
  return seen
}

onEachProtocol('what a client claims about its way is replaced by what Roam knows', async (t, protocol) => {
  const roam = await startRoam(t)
  const seen = await seenBy(t, roam, protocol)
  t.same(seen.get('x-forwarded-for'), ['127.0.0.1'])
  t.same(seen.get('x-forwarded-proto'), ['https'])
  t.same(seen.get('x-forwarded-host'), [`localhost:${roam.port}`])
  t.same(seen.get('x-forwarded-port'), [String(roam.port)])
  t.same(seen.get('forwarded'), [`for=127.0.0.1;host="localhost:${roam.port}";proto=https`])
  t.same(seen.get('x-real-ip'), undefined)
  t.same(seen.get('client-ip'), undefined)
  t.same(seen.get('x-request-id'), [roam.records.at(-1)!.id], 'the id that is in the log')
})

t.test('a trusted proxy is believed, and its request id is the one in the log', async (t) => {
  const roam = await startRoam(t, { extra: 'trustedProxies: [loopback]' })
  const seen = await seenBy(t, roam, 'h2')
  t.same(seen.get('x-forwarded-for'), ['192.0.2.66, 127.0.0.1'])
  t.same(seen.get('x-request-id'), ['from-the-client'])
  t.equal(roam.records.at(-1)!.id, 'from-the-client')
})
