/** The process: what it will run out of. Other programs export metrics of the same names, hence the job. */
import type { AlertRule, RuleGroup } from '../rule.ts'
import { ROAM_JOB, THRESHOLDS } from '../thresholds.ts'

const job = `{job="${ROAM_JOB}"}`
const DAY_SECONDS = 86_400

function certificateExpiring(seconds: number, severity: 'warning' | 'critical'): AlertRule {
  return {
    alert: 'CertificateExpiring',
    expr: `quic_tls_certificate_not_after_timestamp_seconds - time() < ${seconds / DAY_SECONDS} * ${DAY_SECONDS}`,
    for: '0m',
    severity,
    summary: 'The certificate of {{ $labels.cn }} expires in {{ $value | humanizeDuration }}',
    description:
      'A negative time: it has expired, and browsers refuse the site. Renew it, and have Roam at ' +
      '{{ $labels.instance }} reload if the new one is on its disk already.',
    dashboard: 'roam-overview',
  }
}

export const processAlerts: RuleGroup<AlertRule> = {
  name: 'roam-process',
  rules: [
    certificateExpiring(THRESHOLDS.certificateWarningSeconds, 'warning'),
    certificateExpiring(THRESHOLDS.certificateCriticalSeconds, 'critical'),
    {
      alert: 'EventLoopLagHigh',
      expr: `nodejs_eventloop_lag_p99_seconds${job} > ${THRESHOLDS.eventLoopLagSeconds}`,
      for: '5m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary: 'The event loop of {{ $labels.instance }} is {{ $value | humanizeDuration }} late',
      description:
        'Every request waits for it. The process has too much to do, or too little CPU: look at both, and at ' +
        'the pauses of the garbage collector.',
      dashboard: 'roam-process',
    },
    {
      alert: 'MemoryHigh',
      expr: `process_resident_memory_bytes${job} / on (job, instance) quic_memory_limit_bytes > ${THRESHOLDS.memoryRatio}`,
      for: '5m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary:
        'Roam at {{ $labels.instance }} uses {{ $value | humanizePercentage }} of the memory it may use',
      description:
        'At the limit the system ends the process, and every connection with it. More connections than usual: ' +
        'give it more memory or limit them. As many as ever: a leak, please report it.',
      dashboard: 'roam-process',
    },
    {
      alert: 'FdsHigh',
      expr: `process_open_fds${job} / process_max_fds${job} > ${THRESHOLDS.fileDescriptorRatio}`,
      for: '5m',
      keepFiringFor: '2m',
      severity: 'warning',
      summary:
        'Roam at {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its file descriptors',
      description:
        'Without one left it accepts no TCP connection and reaches no backend. Raise LimitNOFILE (ulimit -n); ' +
        'if the number only ever grows, it is a leak.',
      dashboard: 'roam-process',
    },
    {
      alert: 'EnginePanicked',
      expr: 'increase(quic_engine_panics_total[15m]) > 0',
      for: '0m',
      severity: 'warning',
      summary: 'The QUIC engine of {{ $labels.instance }} hit a defect of its own',
      description:
        'One connection was lost; the others go on. Please report it with the lines of the log around it. ' +
        'Many of them: somebody may have found a packet that causes it.',
      dashboard: 'roam-quic',
    },
  ],
}
