/** All checks, in the order in which they are told: Roam, then what watches it. */
import type { Check } from './check.ts'
import { alertmanagerCheck } from './checks/alertmanager.ts'
import { alertsCheck } from './checks/alerts.ts'
import { clockCheck } from './checks/clock.ts'
import { fileDescriptorsCheck } from './checks/file-descriptors.ts'
import { grafanaDataSourceCheck } from './checks/grafana-data-source.ts'
import { grafanaPasswordCheck } from './checks/grafana-password.ts'
import { grafanaCheck } from './checks/grafana.ts'
import { http3Check } from './checks/http3.ts'
import { metricsCheck } from './checks/metrics.ts'
import { moodleAddressCheck } from './checks/moodle-address.ts'
import { moodleClientsCheck } from './checks/moodle-clients.ts'
import { moodleClocksCheck } from './checks/moodle-clocks.ts'
import { moodleHeartbeatCheck } from './checks/moodle-heartbeat.ts'
import { moodleNodesCheck } from './checks/moodle-nodes.ts'
import { moodleSessionsCheck } from './checks/moodle-sessions.ts'
import { prometheusCheck } from './checks/prometheus.ts'
import { retentionCheck } from './checks/retention.ts'
import { rulesCheck } from './checks/rules.ts'
import { scrapeIntervalCheck } from './checks/scrape-interval.ts'
import { scrapeCheck } from './checks/scrape.ts'
import { socketBuffersCheck } from './checks/socket-buffers.ts'
import { tlsCheck } from './checks/tls.ts'

export const CHECKS: readonly Check[] = [
  metricsCheck,
  tlsCheck,
  http3Check,
  socketBuffersCheck,
  fileDescriptorsCheck,
  prometheusCheck,
  scrapeCheck,
  scrapeIntervalCheck,
  rulesCheck,
  alertmanagerCheck,
  alertsCheck,
  retentionCheck,
  clockCheck,
  grafanaCheck,
  grafanaPasswordCheck,
  grafanaDataSourceCheck,
]

/** Only where there is a Moodle. */
export const MOODLE_CHECKS: readonly Check[] = [
  moodleAddressCheck,
  moodleNodesCheck,
  moodleHeartbeatCheck,
  moodleClientsCheck,
  moodleSessionsCheck,
  moodleClocksCheck,
]
