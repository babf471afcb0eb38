import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { setScene, TEN_MB } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { curl } from '../support/client-curl.ts'
import { buildQuinnClient, quinnGet } from '../support/client-quinn.ts'
import type { RoamProcess } from '../support/roam-process.ts'

t.setTimeout(300_000)

/** The port of the address that it listens on last. */
function lastPort({ log }: RoamProcess): number {
  const ports = log.flatMap((line) => /listening on \S*:(\d+)/.exec(line)?.[1] ?? [])
  return Number(ports.at(-1))
}

t.test('the new process may listen elsewhere, and leave addresses to the old one', async (t) => {
  await buildQuinnClient()
  const { roam } = await setScene(t)
  const download = quinnGet({
    port: roam.port,
    ca: roam.caFile,
    path: `/bytes/${TEN_MB}`,
    args: ['--read-rate', String(Math.round(TEN_MB / 6)), '--window', '200000', '--deadline', '20000'],
  })
  await roam.until(
    'the download runs',
    (seen) => seen.value('quic_requests_in_flight', { protocol: 'h3' }) > 0,
  )
  const before = readFileSync(roam.configFile, 'utf8')
  const another = `  - { address: "127.0.0.1:0", protocols: [http/1.1], certificates: [] }\n`
  writeFileSync(
    roam.configFile,
    before.replace('[h3, h2, http/1.1]', '[h2, http/1.1]').replace('pools:\n', `${another}pools:\n`),
  )
  const successor = await roam.succeed()
  t.teardown(() => successor.close())
  t.equal(successor.port, roam.port, 'TCP stays')
  t.equal((await curl({ port: roam.port, ca: roam.caFile, path: '/', protocol: 'h2' })).code, 0)
  const added = await fetch(`http://127.0.0.1:${lastPort(successor)}/`)
  t.equal(added.status, 200, 'the new address')
  const gone = await quinnGet({ port: roam.port, ca: roam.caFile, path: '/' })
  t.match(gone.connections, [{ error: /refused/i }], 'HTTP/3 is gone')
  const { connections } = await download
  t.match(
    connections,
    [{ requests: [{ status: 200, sha256: patternSha256(TEN_MB) }] }],
    'and who had it keeps it',
  )
  t.equal(await roam.exited, 0)

  writeFileSync(roam.configFile, before)
  const third = await successor.succeed()
  t.teardown(() => third.close())
  const back = await quinnGet({ port: third.port, ca: roam.caFile, path: '/' })
  t.match(back.connections, [{ requests: [{ status: 200 }] }], 'HTTP/3 is back on the same port')
  t.equal(await successor.exited, 0)
})
