/** A real Alertmanager with the shipped routes, inhibition and templates. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Daemon, findProgram, freePort, startDaemon, untilReady } from './daemon.ts'
import type { LabelSet } from './prometheus-api.ts'

const SHIPPED = fileURLToPath(new URL('../../../monitoring/alertmanager/alertmanager.yml', import.meta.url))

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

export async function startAlertmanager(config = SHIPPED): Promise<Alertmanager> {
  const data = mkdtempSync(join(tmpdir(), 'roam-alertmanager-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const daemon = startDaemon(findProgram('prometheus-alertmanager', 'alertmanager'), [
    `--config.file=${config}`,
    `--storage.path=${data}`,
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
      rmSync(data, { recursive: true, force: true })
    },
  }
}
