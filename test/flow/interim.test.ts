import { ask, header } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

onEachProtocol('103 Early Hints comes before the answer', async (t, protocol) => {
  const roam = await startRoam(t)
  const answer = await ask(roam, protocol, { path: '/hints' })
  t.same(
    answer.interim.map(({ status }) => status),
    [103],
  )
  t.match(header(answer.interim[0]!.headers, 'link'), /rel=preload/)
  t.equal(answer.status, 200)
  t.equal(answer.body.toString(), 'after 103\n')
})

onEachProtocol('Expect: 100-continue is answered by Roam and not forwarded', async (t, protocol) => {
  const roam = await startRoam(t)
  const body = Buffer.from('hello')
  const answer = await ask(roam, protocol, {
    method: 'POST',
    path: '/echo',
    body,
    headers: { expect: '100-continue' },
  })
  t.equal(answer.status, 200)
  const seen = JSON.parse(answer.body.toString()) as { rawHeaders: string[]; bodyBytes: number }
  t.notOk(seen.rawHeaders.includes('expect'))
  t.equal(seen.bodyBytes, 5)
  if (protocol !== 'http/1.1') t.equal(answer.interim[0]?.status, 100)
})
