/**
 * The addon alone: Roam's engine answering 1 KB over HTTP/3 in Rust (native/core/examples/answer.rs) beside
 * tokio-quiche, the endpoint loop of quiche's authors, doing the same (tokio-quiche-server/).
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from './lib/commands.ts'
import { measure, median, probe, type Load } from './lib/load.ts'
import { ratio } from './lib/report.ts'
import { startAnswerer, type Site } from './lib/servers.ts'

/** As a ratio of tokio-quiche. */
const BAR = 0.8

/** By way of the addon's own build script: it knows where libclang is, or fetches it. */
function cargoBuild(root: string, args: readonly string[]): void {
  const script = join(root, 'scripts', 'build-native.ts')
  const command = [script, 'cargo', 'build', '--release', '--locked', ...args]
  execFileSync(process.execPath, command, { cwd: root, stdio: 'inherit' })
}

export async function measureAddon(
  root: string,
  site: Site,
  generator: Command,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Readonly<Record<string, readonly Load[]>> | undefined> {
  const native = join(root, 'native')
  if (!existsSync(join(native, 'core', 'examples', 'answer.rs'))) {
    console.error('bench: native/core/examples/answer.rs is missing: the addon alone is not measured')
    return undefined
  }
  const target = join(native, 'target')
  const yardstick = join(target, 'tokio-quiche-server')
  cargoBuild(root, ['--package', 'roam-quic', '--example', 'answer'])
  const manifest = join(root, 'bench', 'tokio-quiche-server', 'Cargo.toml')
  cargoBuild(root, ['--manifest-path', manifest, '--target-dir', yardstick])
  const answer = join(target, 'release', 'examples', 'answer')
  const other = join(yardstick, 'release', 'tokio-quiche-server')
  const servers = [
    await startAnswerer('addon', site, (port) => [answer, String(port)]),
    await startAnswerer('tokio-quiche', site, (port) => [other, `127.0.0.1:${port}`, site.cert, site.key]),
  ]
  const loads: Record<string, Load[]> = {}
  try {
    for (const { name, port } of servers) {
      const url = `https://127.0.0.1:${port}/1k`
      // Neither has a port to try but QUIC's: the first connection may come before the socket is there.
      for (let left = 10; !(await probe(generator, 'h3', url)); left--) {
        if (left === 0) {
          console.error(`bench: ${name} does not answer over h3 (or h2load has none)`)
          return undefined
        }
        await sleep(200)
      }
      loads[name] = []
    }
    for (let round = 0; round < rounds; round++)
      for (const { name, port, pid } of servers)
        loads[name]?.push(await measure(generator, 'h3', `https://127.0.0.1:${port}/1k`, seconds, pid))
  } finally {
    for (const server of servers) await server.stop()
  }
  console.log('\nthe addon alone, H3 1 KB')
  for (const [name, rows] of Object.entries(loads)) {
    const rate = Math.round(median(rows.map((load) => load.requestsPerSecond))).toLocaleString('en')
    const cpu = median(rows.map((load) => load.cpuMicroseconds ?? NaN)).toFixed(1)
    console.log(`${name.padEnd(22)}${rate.padStart(12)} req/s ${cpu.padStart(8)} µs`)
  }
  const got = ratio(loads.addon ?? [], loads['tokio-quiche'] ?? [])
  if (got !== undefined)
    console.log(`bar: addon / tokio-quiche >= ${BAR}: ${got.toFixed(2)} ${got >= BAR ? 'ok' : 'BELOW'}`)
  return loads
}
