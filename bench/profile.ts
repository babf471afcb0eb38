/**
 * Where Roam's time goes under load:
 *
 *     node bench/profile.ts [--protocol h3] [--size 1k] [--seconds 10]
 *
 * Prints CPU time by thread (JavaScript, the QUIC engine, V8's helpers), then the JavaScript thread's self time by
 * package and by function. The .cpuprofile in bench/results opens in Chrome's developer tools.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadGenerator } from './lib/commands.ts'
import { measure, PROTOCOLS } from './lib/load.ts'
import { prepareSite, startBackend, startRoam } from './lib/servers.ts'

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const root = join(import.meta.dirname, '..')
const { values: options } = parseArgs({
  options: {
    protocol: { type: 'string', default: 'h3' },
    size: { type: 'string', default: '1k' },
    seconds: { type: 'string', default: '10' },
  },
})

/** CPU seconds of each thread so far, by the name the thread gave itself. */
function threads(pid: number): Map<string, number> {
  const times = new Map<string, number>()
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8')
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const seconds = (Number(fields[11]) + Number(fields[12])) / 100
    const key = Number(id) === pid ? 'JavaScript (main thread)' : name
    times.set(key, (times.get(key) ?? 0) + seconds)
  }
  return times
}

/** The part of the program a file belongs to. */
function part(url: string): string {
  const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  if (dependency !== undefined) return dependency
  const own = /\/src\/(.+)$/.exec(url)?.[1]
  if (own !== undefined) return `roam ${own.includes('/') ? own.slice(0, own.indexOf('/')) : own}`
  return url.startsWith('node:') ? 'node' : '(native, idle, gc)'
}

function shares(
  profile: Profile,
  by: (frame: Profile['nodes'][number]['callFrame']) => string,
): [string, number][] {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, by(callFrame)]))
  const sums = new Map<string, number>()
  let total = 0
  profile.samples.forEach((id, index) => {
    const name = names.get(id) ?? '?'
    if (name === '(idle)') return
    const delta = profile.timeDeltas[index] ?? 0
    total += delta
    sums.set(name, (sums.get(name) ?? 0) + delta)
  })
  return [...sums]
    .map(([name, sum]): [string, number] => [name, (sum / total) * 100])
    .sort((a, b) => b[1] - a[1])
}

function print(title: string, rows: readonly (readonly [string, number])[], unit: string): void {
  console.log(`\n${title}`)
  for (const [name, value] of rows) console.log(`${value.toFixed(1).padStart(7)} ${unit}  ${name}`)
}

const protocol = PROTOCOLS.find((name) => name === options.protocol)
if (protocol === undefined) throw new Error(`--protocol ${options.protocol}: one of ${PROTOCOLS.join(', ')}`)
const results = join(root, 'bench', 'results')
mkdirSync(results, { recursive: true })
const file = `${protocol.replace('/', '')}-${options.size}-${Date.now()}.cpuprofile`
const site = prepareSite(mkdtempSync(join(os.tmpdir(), 'roam-profile-')))
const backend = await startBackend(site)
const flags = ['--cpu-prof', `--cpu-prof-dir=${results}`, `--cpu-prof-name=${file}`]
const server = await startRoam('roam', root, site, backend.port, flags)
try {
  const before = threads(server.pid)
  const url = `https://127.0.0.1:${server.port}/${options.size}`
  const load = await measure(loadGenerator(), protocol, url, Number(options.seconds), server.pid)
  const after = threads(server.pid)
  console.log(`${Math.round(load.requestsPerSecond)} req/s (the profiler costs some), ${load.failed} failed`)
  const used = [...after].map(([name, time]): [string, number] => [name, time - (before.get(name) ?? 0)])
  print(
    'CPU time by thread',
    used.filter(([, time]) => time > 0.01).sort((a, b) => b[1] - a[1]),
    's',
  )
} finally {
  await server.stop()
  await backend.stop()
}
const profile = JSON.parse(readFileSync(join(results, file), 'utf8')) as Profile
const named = (frame: Profile['nodes'][number]['callFrame']): string =>
  frame.functionName === '(idle)' ? '(idle)' : part(frame.url)
print('JavaScript thread by part, self time', shares(profile, named).slice(0, 16), '%')
const functions = shares(profile, ({ functionName, url, lineNumber }) =>
  url === ''
    ? functionName
    : `${functionName || '(anonymous)'} ${url.replace(/^.*\/(?=[^/]+\/[^/]+$)/, '')}:${lineNumber + 1}`,
)
print('by function, self time', functions.slice(0, 40), '%')
console.log(`\n${join(results, file)}`)
