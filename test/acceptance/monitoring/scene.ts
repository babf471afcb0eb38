/** Everything that runs: backends, Roam, visitors, and the monitoring as it is shipped. */
import type { Test } from 'tap'
import { UdpRelay } from '../../support/udp-relay.ts'
import { type Alertmanager, startAlertmanager } from '../../monitoring/support/alertmanager.ts'
import { findProgram, freePort, startDaemon, untilReady } from '../../monitoring/support/daemon.ts'
import { type Prometheus, startPrometheus } from '../../monitoring/support/prometheus.ts'
import { startFaultyBackend, startMortalBackend } from './backends.ts'
import type { Parts } from './causes.ts'
import { type Inbox, startInbox } from './inbox.ts'
import { BlackHoles, Travellers } from './moves.ts'
import { type Roam, startRoam } from './roam.ts'
import { startVisitors } from './visitors.ts'

export interface Scene extends Parts {
  readonly roam: Roam
  readonly prometheus: Prometheus
  readonly alertmanager: Alertmanager
  readonly inbox: Inbox
}

/** Ends with the test, what came last first. */
export async function setScene(t: Test): Promise<Scene> {
  const ends: (() => unknown)[] = []
  t.teardown(async () => {
    for (const end of ends.toReversed()) await end()
  })
  const ending = <T extends { close(): unknown }>(part: T): T => {
    ends.push(() => part.close())
    return part
  }

  const steady = [ending(await startMortalBackend('moodle-1')), ending(await startMortalBackend('moodle-2'))]
  const mortal = ending(await startMortalBackend('moodle-3'))
  const failing = ending(await startFaultyBackend('course-1'))
  const cutting = ending(await startFaultyBackend('grades-1'))
  const crowded = ending(await startMortalBackend('exam-1'))
  const affinity = 'affinity: { by: cookie, cookie: roam_backend, keys: ["query:wstoken"] }'
  const roam = ending(
    await startRoam([
      { name: 'moodle', path: '/', backends: [...steady, mortal], settings: [affinity] },
      // One at a time: its visitors wait for each other. That must not look as if pages were slow.
      { name: 'exams', path: '/delay', backends: [crowded], maxRequests: 1, requestClass: 'other' },
      { name: 'courses', path: '/course', backends: [failing] },
      { name: 'grades', path: '/grade', backends: [cutting] },
    ]),
  )

  const node = await freePort()
  const exporter = ending(
    startDaemon(findProgram('prometheus-node-exporter', 'node_exporter'), [
      `--web.listen-address=127.0.0.1:${node}`,
    ]),
  )
  await untilReady(exporter, `http://127.0.0.1:${node}/metrics`)
  const inbox = ending(await startInbox())
  const alertmanager = ending(
    await startAlertmanager({
      ROAM_ALERT_WEBHOOK_URL: `${inbox.url}/webhook`,
      ROAM_SLACK_WEBHOOK_URL: `${inbox.url}/slack`,
      ROAM_WATCHDOG_URL: `${inbox.url}/watchdog`,
    }),
  )
  // No Grafana here: the job has no target.
  const targets = { roam: roam.port, node, alertmanager: alertmanager.port }
  const prometheus = ending(await startPrometheus(targets, roam.caFile))

  const road = ending(await UdpRelay.start({ upstreamPort: roam.port }))
  const travellers = ending(await Travellers.start(roam))
  const lost = ending(new BlackHoles(roam))
  const visitors = startVisitors(roam, road.port)
  ends.push(() => visitors.stop())
  return { roam, mortal, failing, cutting, road, travellers, lost, prometheus, alertmanager, inbox }
}
