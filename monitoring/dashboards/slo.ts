/** Service-level objectives: what is left of the budgets, how fast they burn, and who burns them. */
import { BURN_RATES, OBJECTIVES, THRESHOLDS } from '../rules/thresholds.ts'
import { type ClassicDashboard, dashboard, line, lowLine } from './dashboard.ts'
import { badRatio, budgetLeft, burn } from './objectives.ts'
import { type PanelBuilder, figure, graph } from './panels.ts'
import { recorded } from './queries.ts'

export function slo(): ClassicDashboard {
  return dashboard({
    uid: 'roam-slo',
    title: 'Roam: objectives and error budgets',
    description:
      'Whether the site keeps what it promises. The figures are recorded for the whole job and each ' +
      'protocol: of the menus, job and protocol choose.',
    sections: [
      {
        title: 'Objectives',
        lines: [
          lowLine(
            figure({ ...budgetLeft('availability'), title: 'Availability budget left' }),
            figure({ ...budgetLeft('latency'), title: 'Latency budget left' }),
            overhead(),
          ),
          line(availability(), speed()),
        ],
      },
      {
        title: 'Burn of the availability budget',
        lines: [line(...BURN_RATES.map((pair) => graph(burn('availability', pair))))],
      },
      {
        title: 'Burn of the latency budget',
        lines: [line(...BURN_RATES.map((pair) => graph(burn('latency', pair))))],
      },
    ],
  })
}

function availability(): PanelBuilder {
  return graph({
    title: 'Availability of the last day',
    description:
      'Share of requests of the 24 hours before each moment that were answered without 5xx; requests that ' +
      'the client left do not count. One protocol below the others: its listener, not Moodle.',
    unit: 'percentunit',
    max: 1,
    decimals: 3,
    queries: [
      { expr: `1 - ${badRatio('availability', '1d')}`, legend: 'all' },
      { expr: `1 - ${badRatio('availability', '1d', 'job_protocol')}`, legend: '{{protocol}}' },
    ],
    limits: { critical: OBJECTIVES.availability, below: true },
    alerts: ['ErrorBudgetBurn'],
  })
}

function speed(): PanelBuilder {
  return graph({
    title: 'Pages in time, of the last day',
    description:
      `Share of pages and AJAX calls of the 24 hours before each moment that took at most ${THRESHOLDS.latencySeconds} s. Protocols ` +
      'differ in who uses them, too: a lower line need not be the protocol’s fault.',
    unit: 'percentunit',
    max: 1,
    decimals: 2,
    queries: [
      { expr: `1 - ${badRatio('latency', '1d')}`, legend: 'all' },
      { expr: `1 - ${badRatio('latency', '1d', 'job_protocol')}`, legend: '{{protocol}}' },
    ],
    limits: { critical: OBJECTIVES.latency, below: true },
    alerts: ['LatencyBudgetBurn'],
  })
}

function overhead(): PanelBuilder {
  return figure({
    title: 'Time that Roam adds, p99',
    description:
      'The third objective: 99 of 100 responses are held up by Roam itself for less than the limit. It ' +
      'says nothing of Moodle.',
    unit: 's',
    queries: [{ expr: recorded('job:quic_proxy_overhead_seconds:p99_rate5m'), legend: 'p99' }],
    limits: { critical: THRESHOLDS.overheadSeconds },
    alerts: ['BalancerOverheadHigh'],
  })
}
