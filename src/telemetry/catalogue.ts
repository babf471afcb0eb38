/** Every metric that Roam exports, by section. docs/METRICS.md is made from this. */
import { BALANCING } from './catalogue/balancing.ts'
import { CONNECTIONS } from './catalogue/connections.ts'
import { HTTP } from './catalogue/http.ts'
import { MIGRATION } from './catalogue/migration.ts'
import { PROCESS } from './catalogue/process.ts'
import { QUEUEING } from './catalogue/queueing.ts'
import type { MetricSpec } from './catalogue/spec.ts'
import { TRANSPORT } from './catalogue/transport.ts'

export interface Section {
  readonly title: string
  readonly about: string
  readonly metrics: readonly MetricSpec[]
}

export const SECTIONS: readonly Section[] = [
  { title: 'HTTP', about: 'All three protocols.', metrics: Object.values(HTTP) },
  {
    title: 'Connections',
    about:
      'TLS over TCP (HTTP/1.1 and HTTP/2) counts in the same series under its own `protocol`, so that like is compared with like.',
    metrics: Object.values(CONNECTIONS),
  },
  {
    title: 'Transport',
    about:
      'QUIC only. Counted by the engine from real packets; the loss ratio is packets lost over packets sent, computed when it is read.',
    metrics: Object.values(TRANSPORT),
  },
  {
    title: 'Migration',
    about: 'QUIC only. `network` is the network that the client arrived in.',
    metrics: Object.values(MIGRATION),
  },
  { title: 'Load balancing', about: 'Towards the backends.', metrics: Object.values(BALANCING) },
  {
    title: 'Queues and affinity',
    about: 'Requests that wait for a backend with room, and clients that come back to the one they had.',
    metrics: Object.values(QUEUEING),
  },
  {
    title: 'Process and configuration',
    about: 'What runs, and since when.',
    metrics: Object.values(PROCESS),
  },
]

export const CATALOGUE: readonly MetricSpec[] = SECTIONS.flatMap((section) => section.metrics)
