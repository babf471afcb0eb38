/**
 * ./start-monitoring.sh as an operator runs it: real programs on free ports, in a folder of links to this repository, so
 * that its state and its .env are the test's own.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, skipWithout, which } from '../../support/client-tools.ts'
import type { Finished } from '../../support/client-tools.ts'
import { freePort } from './daemon.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** What the scripts call besides the parts of the stack; bash brings the rest. */
const TOOLS =
  'bash sh cat chmod curl cut date dirname env grep head ln mkdir mv nohup ps readlink rm sed sleep sort ss tail tr wc'

/** The parts, by the names that Debian gives them. */
export const PROGRAMS = ['prometheus', 'prometheus-alertmanager', 'prometheus-node-exporter'] as const
type Program = (typeof PROGRAMS)[number]

export interface StackPorts {
  readonly prometheus: number
  readonly alertmanager: number
  readonly grafana: number
  readonly nodeExporter: number
}

export interface StackOptions {
  /** Port of Roam on localhost; nothing has to listen there. */
  readonly roam: number
  /** What Prometheus trusts Roam with. */
  readonly ca: string
  /** Those that can be found; all by default. */
  readonly programs?: readonly Program[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Stack {
  readonly folder: string
  readonly ports: StackPorts
  /** Runs the script without a Docker engine. */
  script(...args: readonly string[]): Promise<Finished>
  /** Ends the parts and removes the folder. */
  close(): Promise<void>
}

/** For tap's `skip`. */
export const skipWithoutStack =
  skipWithout('curl', 'curl') ||
  PROGRAMS.map((program) => skipWithout(program, program)).find((reason) => reason !== false) ||
  false

export async function makeStack(options: StackOptions): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'roam-stack-'))
  for (const name of ['start-monitoring.sh', 'monitoring', 'docker-compose.monitoring.yml'])
    symlinkSync(join(root, name), join(folder, name))

  const ports = {
    prometheus: await freePort(),
    alertmanager: await freePort(),
    grafana: await freePort(),
    nodeExporter: await freePort(),
  }
  const targets = join(folder, 'targets')
  mkdirSync(targets)
  const jobs = {
    roam: options.roam,
    prometheus: ports.prometheus,
    alertmanager: ports.alertmanager,
    node: ports.nodeExporter,
  }
  for (const [job, port] of Object.entries(jobs))
    writeFileSync(join(targets, `${job}.yml`), `- targets: ['localhost:${port}']\n`)

  const bin = join(folder, 'bin')
  mkdirSync(bin)
  for (const name of [...TOOLS.split(' '), ...(options.programs ?? PROGRAMS)]) {
    const path = which(name)
    if (path !== undefined) symlinkSync(path, join(bin, name))
  }

  const env = {
    PATH: bin,
    ROAM_CA: options.ca,
    ROAM_TARGETS: targets,
    ROAM_PROMETHEUS_PORT: String(ports.prometheus),
    ROAM_ALERTMANAGER_PORT: String(ports.alertmanager),
    ROAM_GRAFANA_PORT: String(ports.grafana),
    ROAM_NODE_EXPORTER_PORT: String(ports.nodeExporter),
    ...options.env,
  }
  const script = (...args: readonly string[]): Promise<Finished> =>
    run(join(folder, 'start-monitoring.sh'), args, { cwd: folder, env, timeoutMs: 100_000 })
  return {
    folder,
    ports,
    script,
    async close() {
      await script('--down')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
