/** The Moodle servers: health, load, what fails, and what kind of pages is slow. */
import * as affinity from './backends/affinity.ts'
import * as failures from './backends/failures.ts'
import * as health from './backends/health.ts'
import * as load from './backends/load.ts'
import * as moodle from './backends/moodle.ts'
import * as queues from './backends/queues.ts'
import { type ClassicDashboard, dashboard, line } from './dashboard.ts'

export function backends(): ClassicDashboard {
  return dashboard({
    uid: 'roam-backends',
    title: 'Roam: backends and Moodle',
    description: 'What Roam sees of the servers behind it. The menus of pools and backends choose servers.',
    sections: [
      {
        title: 'Health',
        lines: [
          line(health.states(), health.breakers()),
          line(health.adminStates(), health.ejected()),
          line(health.probes(), health.probeFailures(), health.changes(), health.ejections()),
        ],
      },
      {
        title: 'Distribution',
        lines: [
          line(load.share(), load.selections(), load.weights()),
          line(load.connections(), load.pool(), load.policies()),
        ],
      },
      {
        title: 'Queues',
        lines: [
          line(queues.filling(), queues.waiting(), queues.rejections()),
          line(queues.waits(), queues.places(), queues.panics()),
        ],
      },
      { title: 'Affinity', lines: [line(affinity.results(), affinity.breaks(), affinity.kept())] },
      { title: 'Response time', lines: [line(load.responseTimes(), load.responseTimesOverTime())] },
      {
        title: 'Failures',
        lines: [line(failures.errors(), failures.stages(), failures.retries(), failures.breakerFailures())],
      },
      {
        title: 'Moodle',
        lines: [line(moodle.requests(), moodle.durations()), line(moodle.quiz(), moodle.transfers())],
      },
    ],
  })
}
