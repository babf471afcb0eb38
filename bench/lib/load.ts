/** One load on one server: requests a second, failures, and what it cost the server in CPU. */
import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import type { Command } from './commands.ts'
import { LOAD_CORE } from './servers.ts'

export type BenchProtocol = 'http/1.1' | 'h2' | 'h3'
export const PROTOCOLS: readonly BenchProtocol[] = ['http/1.1', 'h2', 'h3']

/** 64 connections on HTTP/1.1; 16 connections with 8 requests each on the others: 64 and 128 requests at a time. */
const SHAPE: Readonly<Record<BenchProtocol, readonly string[]>> = {
  'http/1.1': ['--h1', '-c', '64'],
  h2: ['--alpn-list=h2', '-c', '16', '-m', '8'],
  h3: ['--alpn-list=h3', '-c', '16', '-m', '8'],
}

export interface Load {
  readonly requestsPerSecond: number
  readonly succeeded: number
  readonly failed: number
  /** CPU time of the server's processes for each request, microseconds; undefined where /proc is missing. */
  readonly cpuMicroseconds: number | undefined
}

function h2load(generator: Command, args: readonly string[], timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('taskset', ['-c', String(LOAD_CORE), ...generator, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.on('error', reject)
    child.on('close', () => resolve(text))
  })
}

function parse(text: string): Omit<Load, 'cpuMicroseconds'> {
  const rate = /^finished in [^,]*, ([\d.]+) req\/s/m.exec(text)
  const counts = /^requests: .* (\d+) succeeded, (\d+) failed/m.exec(text)
  return {
    requestsPerSecond: Number(rate?.[1] ?? 0),
    succeeded: Number(counts?.[1] ?? 0),
    failed: Number(counts?.[2] ?? 0),
  }
}

/** Does this server answer on this protocol, as far as this generator can tell? */
export async function probe(generator: Command, protocol: BenchProtocol, url: string): Promise<boolean> {
  const [shape] = SHAPE[protocol]
  const text = await h2load(generator, [shape ?? '', '-n', '1', '-c', '1', '-T', '3', '-N', '3', url], 6000)
  return parse(text).succeeded === 1
}

/** A fixed time of load after a warm-up that does not count. */
export async function measure(
  generator: Command,
  protocol: BenchProtocol,
  url: string,
  seconds: number,
  serverPid: number,
): Promise<Load> {
  await h2load(generator, [...SHAPE[protocol], '-D', '2', url], 30_000)
  const before = cpuSeconds(serverPid)
  const text = await h2load(
    generator,
    [...SHAPE[protocol], '-D', String(seconds), url],
    seconds * 1000 + 30_000,
  )
  const load = parse(text)
  const after = cpuSeconds(serverPid)
  const cpu = before === undefined || after === undefined ? undefined : after - before
  return {
    ...load,
    cpuMicroseconds: cpu === undefined || load.succeeded === 0 ? undefined : (cpu / load.succeeded) * 1e6,
  }
}

/** User and system time of a process and its descendants so far (Linux). */
function cpuSeconds(root: number): number | undefined {
  try {
    const parents = new Map<number, number>()
    const ticks = new Map<number, number>()
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        // The second field is the name in parentheses and may hold anything.
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        parents.set(Number(name), Number(fields[1]))
        ticks.set(Number(name), Number(fields[11]) + Number(fields[12]))
      } catch {
        // It ended meanwhile.
      }
    }
    const belongs = (pid: number): boolean => {
      for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
        if (at === root) return true
      return false
    }
    let sum = 0
    for (const [pid, used] of ticks) if (belongs(pid)) sum += used
    return sum / 100
  } catch {
    return undefined
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1] ?? NaN
  return Number.isInteger(middle) ? (low + (sorted[middle] ?? NaN)) / 2 : low
}
