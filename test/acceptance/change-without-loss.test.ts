/** Whatever an operator changes, and however often: no request and no connection is lost. */
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import t, { type Test } from 'tap'
import { h3Get } from '../../src/listener/quic/engine-client.ts'
import { askAdmin } from '../flow/admin-support.ts'
import { createAuthority } from '../support/authority.ts'
import type { LedgerCounts } from '../support/client-ledger.ts'
import { startLedgerBackend } from '../support/ledger-backend.ts'
import { postsIn, startMixedLoad } from '../support/mixed-load.ts'
import { type RoamProcess, startRoam } from '../support/roam-process.ts'

const isLong = process.env['ROAM_TEST_LIVE'] !== undefined || process.env['CI'] !== undefined
/** Of each round: one takeover, and so many of both others. */
const ROUNDS = isLong ? 20 : 2
const RELOADS = 5
const ROTATIONS = 5
const LOSSES = ['wrong', 'cut', 'lost', 'hung', 'dropped', 'refused'] as const

t.setTimeout(400_000)

t.test('reloads, rotations and takeovers under load lose nothing', async (t) => {
  const scene = await setScene(t)
  const { authority } = scene
  let roam = scene.roam
  const load = await startMixedLoad(roam)
  const done = { reloads: 0, rotations: 0, takeovers: 0 }
  const exits: Promise<number | NodeJS.Signals>[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < RELOADS; i++) {
      scene.configure(done.reloads + 1)
      const changes = await reload(roam)
      if (changes.includes('backend b3 ' + (done.reloads % 2 === 0 ? 'removed' : 'added'))) done.reloads++
      else t.fail(`unexpected: ${changes.join(', ')}`)
    }
    for (let i = 0; i < ROTATIONS; i++) {
      const serial = authority.renew()
      t.strictSame(await reload(roam), ['certificate of localhost replaced'])
      const shown = await shownSerials(roam)
      if (shown.every((one) => one === serial)) done.rotations++
      else t.fail(`not everywhere: ${shown.join(', ')}, not ${serial}`)
    }
    const next = await roam.succeed()
    t.teardown(() => next.close())
    exits.push(roam.exited)
    roam = next
    done.takeovers++
  }
  const ledgers = await load.stop()
  t.strictSame(done, { reloads: ROUNDS * RELOADS, rotations: ROUNDS * ROTATIONS, takeovers: ROUNDS })
  const times = postsIn(scene.postFile)
  for (const [protocol, counts] of Object.entries(ledgers)) {
    t.comment(`${protocol}: ${JSON.stringify({ ...counts, unsentIds: undefined })}`)
    t.strictSame(lossesOf(counts), {}, `${protocol}: ${counts.examples.join('; ')}`)
    t.equal(
      counts.ok + counts.unsent,
      counts.requests,
      'every request was answered, or not taken and asked again',
    )
    t.ok(counts.ok > 30 * ROUNDS, `there was load: ${counts.ok}`)
    t.ok(counts.posts > 3 * ROUNDS, `POSTs, too: ${counts.posts}`)
  }
  const repeated = [...times].filter(([, count]) => count > 1)
  t.strictSame(repeated, [], 'no POST was acted on twice')
  const posts = Object.values(ledgers).reduce((sum, counts) => sum + counts.posts, 0)
  t.equal(times.size, posts, 'and each that was answered, once')
  t.same(await Promise.all(exits), Array(ROUNDS).fill(0), 'every process but the last has ended')
})

t.test('the ledger sees answers that break off', async (t) => {
  const { roam } = await setScene(t)
  const load = await startMixedLoad({ ...roam, path: '/torn' })
  await sleep(3000)
  for (const [protocol, { cut, examples }] of Object.entries(await load.stop()))
    t.ok(cut > 0, `${protocol}: ${examples.join('; ')}`)
})

t.test('the ledger sees a process that ends without a takeover', async (t) => {
  const { roam } = await setScene(t)
  const load = await startMixedLoad(roam)
  await sleep(2000)
  roam.signal('SIGKILL')
  await roam.exited
  await sleep(4000)
  for (const [protocol, counts] of Object.entries(await load.stop())) {
    // One of HTTP/1.1 that had a request in hand is in the ledger as that request's loss.
    const busy = protocol === 'http/1.1' ? counts.lost : 0
    t.ok(counts.dropped + busy > 0, `${protocol}: connections`)
    t.ok(counts.lost + counts.hung + counts.cut > 0, `${protocol}: ${counts.examples.join('; ')}`)
    t.ok(counts.refused > 0, `${protocol}: newcomers`)
  }
})

function lossesOf(counts: LedgerCounts): object {
  const lost = LOSSES.map((name) => [name, counts[name]] as const).filter(([, count]) => count > 0)
  return { ...Object.fromEntries(lost), ...counts.statuses }
}

async function setScene(t: Test) {
  const folder = t.testdir({ posts: '' })
  const postFile = join(folder, 'posts')
  const authority = createAuthority(folder)
  const backends = await Promise.all(['b1', 'b2', 'b3'].map((id) => startLedgerBackend(id, 0, postFile)))
  t.teardown(() => Promise.all(backends.map((backend) => backend.close())))
  const admin = `127.0.0.1:${await freePort()}`
  const roam = await startRoam({
    backends,
    certificate: authority.files,
    lines: [`admin: { address: "${admin}", tokenFile: admin.token }`, 'drainTimeout: 10s'],
  })
  t.teardown(() => roam.close())
  const written = readFileSync(roam.configFile, 'utf8')
  /** Each is another one than the one before: with and without the last backend, and more that changes. */
  const configure = (nth: number): void => {
    const policy = ['round-robin', 'random-two', 'peak-ewma'][nth % 3]!
    const text = nth % 2 === 0 ? written : written.replace(/, \{ id: b3[^}]*\}/, '')
    const more = `    policy: ${policy}\nroutes:\n  - { path: /nowhere-${nth}, pool: test }`
    writeFileSync(roam.configFile, text.replace('routes:', more))
  }
  return { roam, authority, postFile, configure }
}

/** By the admin server, as soon as it is this process's. Resolves with what has changed. */
async function reload({ configFile, log }: RoamProcess): Promise<readonly string[]> {
  const deadline = performance.now() + 10_000
  let port: string | undefined
  while (port === undefined && performance.now() < deadline) {
    port = log.map((line) => /admin server on \S*:(\d+)/.exec(line)?.[1]).find((one) => one !== undefined)
    if (port === undefined) await sleep(20)
  }
  const token = readFileSync(join(configFile, '../admin.token'), 'utf8').trim()
  const headers = { authorization: `Bearer ${token}` }
  const { status, body, text } = await askAdmin(Number(port), 'POST', '/config', { headers })
  if (status !== 200) throw new Error(`POST /config answered ${status}: ${text}`)
  return body['changes'] as readonly string[]
}

/** Of the certificates that newcomers see over TCP and over QUIC. */
async function shownSerials({ port, ca }: RoamProcess): Promise<readonly string[]> {
  const socket = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', ca })
  await once(socket, 'secureConnect')
  const overTcp = socket.getPeerX509Certificate()?.serialNumber ?? 'none'
  socket.destroy()
  const { certificates } = await h3Get({ host: '127.0.0.1', port, serverName: 'localhost', path: '/', ca })
  return [overTcp, new X509Certificate(certificates[0]!).serialNumber]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
