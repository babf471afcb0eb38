/** A real Prometheus with the shipped configuration, rules and console; only the targets are the test's. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Daemon, findProgram, freePort, startDaemon, untilReady } from './daemon.ts'
import { PrometheusApi } from './prometheus-api.ts'

const shipped = fileURLToPath(new URL('../../../monitoring/prometheus/', import.meta.url))

/** Jobs of prometheus.yml → port on localhost; a job without one has no target. */
export type Targets = Readonly<Partial<Record<'roam' | 'node' | 'alertmanager' | 'grafana', number>>>

export interface Prometheus {
  readonly url: string
  readonly daemon: Daemon
  readonly api: PrometheusApi
  close(): Promise<void>
}

export async function startPrometheus(targets: Targets, roamCa: string): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'roam-prometheus-'))
  const port = await freePort()
  // What the start script lays out for a Prometheus that runs without containers.
  for (const name of ['prometheus.yml', 'rules', 'consoles'])
    symlinkSync(join(shipped, name), join(folder, name))
  symlinkSync(roamCa, join(folder, 'roam-ca.pem'))
  mkdirSync(join(folder, 'targets'))
  const all = { roam: undefined, node: undefined, alertmanager: undefined, grafana: undefined, ...targets }
  for (const [job, at] of Object.entries({ ...all, prometheus: port }))
    writeFileSync(join(folder, 'targets', `${job}.yml`), targetFile(at))
  const url = `http://127.0.0.1:${port}`
  const daemon = startDaemon(findProgram('prometheus'), [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.console.templates=${join(folder, 'consoles')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--web.external-url=http://localhost:${port}`,
  ])
  await untilReady(daemon, `${url}/-/ready`)
  return {
    url,
    daemon,
    api: new PrometheusApi(url),
    async close() {
      await daemon.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** In the form of the shipped targets files. */
function targetFile(port: number | undefined): string {
  if (port === undefined) return '[]\n'
  return [`- targets: ['localhost:${port}']`, '  labels: { environment: test, cluster: local }', ''].join(
    '\n',
  )
}
