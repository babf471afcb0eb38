import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ask } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'
import { startTlsBackend } from '../support/tls-backend.ts'

onEachProtocol('a backend over https, with an authority of its own', async (t, protocol) => {
  const backend = await startTlsBackend(t, ['moodle.internal'])
  const ca = join(t.testdir({}), 'ca.pem')
  writeFileSync(ca, backend.ca)
  const roam = await startRoam(t, {
    backendUrls: [`https://127.0.0.1:${backend.port}`],
    pool: `tls: { ca: ${ca}, serverName: moodle.internal }\nhealth: { path: /up, expectBody: secret }`,
  })
  const answer = await ask(roam, protocol, { path: '/' })
  t.match({ status: answer.status, body: answer.body.toString() }, { status: 200, body: 'secret' })
  t.ok(backend.names.length >= 2, 'the check and the request')
  t.ok(backend.names.every((name) => name === 'moodle.internal'))
})

t.test('whom to believe can change while Roam runs', async (t) => {
  const backend = await startTlsBackend(t, ['localhost'])
  const backendUrls = [`https://localhost:${backend.port}`]
  const ca = join(t.testdir({}), 'ca.pem')
  writeFileSync(ca, backend.ca)
  const roam = await startRoam(t, { backendUrls })
  const answer = await ask(roam, 'h2', { path: '/' })
  t.equal(answer.status, 502)
  t.equal(roam.records.at(-1)?.error, 'UPSTREAM_TLS')
  await roam.reload({ backendUrls, pool: `tls: { ca: ${ca} }` })
  t.equal((await ask(roam, 'h2', { path: '/' })).status, 200)
})
