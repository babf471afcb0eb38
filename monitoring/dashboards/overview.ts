/** The dashboard that the specification names: its seven panels first, then what to look at next. */
import { type ClassicDashboard, dashboard, line, lowLine } from './dashboard.ts'
import * as alerts from './overview/alerts.ts'
import * as golden from './overview/golden-signals.ts'
import * as specified from './overview/specified.ts'
import { certificates } from './process/facts.ts'

export function overview(): ClassicDashboard {
  return dashboard({
    uid: 'roam-overview',
    title: 'QUIC Load Balancer Overview',
    description: 'How the site fares now: the first page to look at, by day and by night.',
    sections: [
      {
        lines: [
          line(specified.requestRate(), specified.activeConnections(), specified.connectionMigrations()),
          line(
            specified.backendHealth(),
            specified.responseTime(),
            specified.packetLoss(),
            specified.roundTripTime(),
          ),
        ],
      },
      {
        title: 'Golden signals',
        lines: [
          line(golden.errors(), golden.durations(), golden.overhead()),
          line(golden.inFlight(), golden.newConnections(), golden.saturation()),
        ],
      },
      {
        title: 'Objectives, alerts and the monitoring itself',
        lines: [
          line(alerts.firing(), alerts.monitoringFailures()),
          lowLine(
            alerts.availabilityBudget(),
            alerts.latencyBudget(),
            certificates(),
            alerts.scraped(),
            alerts.watchdog(),
            alerts.scrapeDuration(),
          ),
        ],
      },
    ],
  })
}
