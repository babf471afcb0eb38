/** A Moodle of two nodes behind Roam, as a recipe has it or as it should not be, and what the doctor says. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { DemoBackend } from '../../demo/backend.ts'
import type { MoodleSite } from '../../demo/site.ts'
import { startRoam } from '../support/roam.ts'
import { doctor } from './cli-doctor-support.ts'
import type { Diagnosis } from './cli-doctor-support.ts'

export interface MoodleBehindRoam {
  readonly nodes: readonly DemoBackend[]
  readonly wwwroot: string
  /** The lines of config.php on every node. */
  readonly configure: (site: Partial<MoodleSite>) => void
  readonly doctor: (...args: string[]) => Promise<Diagnosis>
}

/** Recipe A has no port in wwwroot; this Roam has one all the same, and is asked under the name without it. */
export async function moodleBehindRoam(
  t: Test,
  recipe: 'A' | 'B',
  hostHeader: 'preserve' | 'backend',
): Promise<MoodleBehindRoam> {
  const {
    backends: nodes,
    origin,
    caFile,
  } = await startRoam(t, {
    backends: 2,
    pool: `hostHeader: ${hostHeader}\naffinity: { by: cookie }`,
  })
  const wwwroot = recipe === 'A' ? 'https://localhost' : origin
  const file = join(t.testdir(), 'roam.yaml')
  const health =
    recipe === 'A' ? '{ path: /admin/tool/heartbeat/, host: localhost }' : '{ path: /admin/tool/heartbeat/ }'
  writeFileSync(
    file,
    `listeners: [{ address: "127.0.0.1:1", protocols: [http/1.1] }]
pools:
  moodle:
    backends: [${nodes.map(({ id, url }) => `{ id: ${id}, url: "${url}" }`).join(', ')}]
    hostHeader: ${hostHeader}
    health: ${health}
routes: [{ pool: moodle }]
`,
  )
  const configure = (site: Partial<MoodleSite>): void => {
    for (const { state } of nodes) {
      state.site = { wwwroot, sslproxy: true, reverseproxy: recipe === 'B', server: 'nginx', ...site }
    }
  }
  configure({})
  return {
    nodes,
    wwwroot,
    configure,
    doctor: (...args) =>
      doctor(
        ...['--url', origin, '--ca', caFile, '--no-prometheus', '--no-grafana', '--config', file],
        ...['--moodle', wwwroot, ...args],
      ),
  }
}
