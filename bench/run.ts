/**
 * `npm run bench`: requests a second on one core, Roam beside nginx, Caddy and Envoy in the same run.
 *
 *     node bench/run.ts [--rounds 3] [--seconds 3] [--sizes 1k,100k] [--protocols http/1.1,h2,h3]
 *                       [--roam NAME=CHECKOUT]... [--peers nginx,caddy,envoy] [--no-addon]
 *
 * Rounds are interleaved and the ratios are taken within a round, because a machine's speed drifts over minutes.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureAddon } from './addon.ts'
import { loadGenerator } from './lib/commands.ts'
import { measure, probe, PROTOCOLS, type Load } from './lib/load.ts'
import { printBars, printTable, type Row } from './lib/report.ts'
import { PEERS, prepareSite, startBackend, startPeer, startRoam, type Server } from './lib/servers.ts'

const root = join(import.meta.dirname, '..')
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    sizes: { type: 'string', default: '1k,100k' },
    protocols: { type: 'string', default: PROTOCOLS.join(',') },
    peers: { type: 'string', default: PEERS.join(',') },
    roam: { type: 'string', multiple: true, default: [`roam=${root}`] },
    'no-addon': { type: 'boolean', default: false },
  },
})

async function main(): Promise<void> {
  if (os.availableParallelism() < 2)
    throw new Error('two cores are needed: one for the server, one for the load')
  const generator = loadGenerator()
  const site = prepareSite(mkdtempSync(join(os.tmpdir(), 'roam-bench-')))
  const servers: Server[] = []
  const backend = await startBackend(site)
  try {
    for (const word of options.roam) {
      const [name = 'roam', checkout = root] = word.split('=')
      servers.push(await startRoam(name, checkout, site, backend.port))
    }
    for (const peer of PEERS.filter((name) => options.peers.split(',').includes(name))) {
      const started = await startPeer(peer, site, backend.port)
      if (started !== undefined) servers.push(started)
    }
    const rows = await measureAll(generator, servers)
    printTable(rows, options.roam[0]?.split('=')[0] ?? 'roam')
    printBars(rows)
    for (const server of servers.splice(0)) await server.stop()
    const addon = options['no-addon'] ? undefined : await measureAddon(root, site, generator, numbers())
    save({ rows, addon })
  } finally {
    for (const server of servers) await server.stop()
    await backend.stop()
  }
}

function numbers(): { readonly rounds: number; readonly seconds: number } {
  return { rounds: Number(options.rounds), seconds: Number(options.seconds) }
}

async function measureAll(
  generator: ReturnType<typeof loadGenerator>,
  servers: readonly Server[],
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const protocol of PROTOCOLS.filter((name) => options.protocols.split(',').includes(name))) {
    for (const size of options.sizes.split(',')) {
      for (const { name } of servers) rows.push({ server: name, protocol, size, loads: [] })
    }
    const able = new Set<string>()
    for (const { name, port } of servers)
      if (await probe(generator, protocol, `https://127.0.0.1:${port}/1k`)) able.add(name)
    for (const { name } of servers)
      if (!able.has(name)) console.error(`bench: ${name} does not answer over ${protocol}: left out`)
    if (able.size === 0) console.error(`bench: this h2load (or every server) lacks ${protocol}`)
    for (let round = 0; round < numbers().rounds; round++) {
      for (const row of rows.filter((one) => one.protocol === protocol && able.has(one.server))) {
        const server = servers.find(({ name }) => name === row.server)
        if (server === undefined) continue
        const url = `https://127.0.0.1:${server.port}/${row.size}`
        const load: Load = await measure(generator, protocol, url, numbers().seconds, server.pid)
        row.loads.push(load)
        console.error(
          `${row.server} ${protocol} ${row.size} round ${round + 1}: ${Math.round(load.requestsPerSecond)} req/s` +
            `, ${load.cpuMicroseconds?.toFixed(1) ?? '?'} µs CPU` +
            (load.failed > 0 ? `, ${load.failed} FAILED` : ''),
        )
      }
    }
  }
  return rows
}

function save(results: object): void {
  const folder = join(root, 'bench', 'results')
  mkdirSync(folder, { recursive: true })
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
  const when = new Date().toISOString()
  const file = join(folder, `${when.replaceAll(/[:.]/g, '-')}-${commit}.json`)
  const machine = { cpu: os.cpus()[0]?.model, kernel: os.release(), node: process.version }
  writeFileSync(file, JSON.stringify({ when, commit, machine, ...numbers(), ...results }, null, 2))
  console.log(`\nwritten to ${file}`)
}

await main()
