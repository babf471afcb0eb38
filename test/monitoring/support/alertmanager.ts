/** A real Alertmanager with the shipped routes, inhibition and templates. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Daemon, findProgram, freePort, startDaemon, untilReady } from './daemon.ts'
import type { LabelSet } from './prometheus-api.ts'

const RENDER = fileURLToPath(new URL('../../../monitoring/alertmanager/render.sh', import.meta.url))

export interface PostedAlert {
  readonly labels: LabelSet
  readonly annotations: LabelSet
  readonly status: { readonly state: 'active' | 'suppressed' | 'unprocessed' }
}

export interface AlertGroup {
  readonly labels: LabelSet
  readonly receiver: { readonly name: string }
  readonly alerts: readonly PostedAlert[]
}

export interface Alertmanager {
  readonly port: number
  readonly daemon: Daemon
  /** What it would notify about, in the groups of the notifications. */
  groups(): Promise<readonly AlertGroup[]>
  close(): Promise<void>
}

/** `env`: who is told, by the variables that operators set. */
export async function startAlertmanager(env: Readonly<Record<string, string>> = {}): Promise<Alertmanager> {
  const folder = mkdtempSync(join(tmpdir(), 'roam-alertmanager-'))
  execFileSync(RENDER, [folder], { env: { PATH: process.env['PATH'], ...env } })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const daemon = startDaemon(findProgram('prometheus-alertmanager', 'alertmanager'), [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // One instance: it needs no port for others.
    '--cluster.listen-address=',
  ])
  await untilReady(daemon, `${url}/-/ready`)
  return {
    port,
    daemon,
    async groups() {
      const answer = await fetch(`${url}/api/v2/alerts/groups`)
      return (await answer.json()) as AlertGroup[]
    },
    async close() {
      await daemon.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
