/** What operators change while Roam runs. */
import { type PanelBuilder, graph } from '../panels.ts'
import { increase, rate, sum } from '../queries.ts'

export function reloads(): PanelBuilder {
  return graph({
    title: 'Reloads within 15 minutes',
    description:
      'Of the configuration. failure: the new one was refused and the one before stays in force; the log ' +
      'says which line is wrong.',
    unit: 'short',
    min: 0,
    queries: [
      {
        expr: sum('instance, result', increase('quic_config_reloads_total', '15m')),
        legend: '{{result}} at {{instance}}',
      },
    ],
    alerts: ['ConfigReloadFailed'],
  })
}

export function takeovers(): PanelBuilder {
  return graph({
    title: 'Takeovers within 15 minutes',
    description:
      'A new process that took the sockets of the one before (new), and one that gave them away (old) and ' +
      'finishes what it has. One for each update; more were not planned.',
    unit: 'short',
    min: 0,
    queries: [
      {
        expr: sum('instance, role', increase('quic_takeovers_total', '15m')),
        legend: '{{role}} at {{instance}}',
      },
    ],
  })
}

export function forwarded(): PanelBuilder {
  return graph({
    title: 'Datagrams handed to the process before',
    description:
      'Per second, after a takeover: packets of connections that the old process finishes. It falls to 0 ' +
      'when that one ends, after drainTimeout at the latest. Never above 0 otherwise.',
    unit: 'cps',
    min: 0,
    queries: [{ expr: sum('instance', rate('quic_datagrams_forwarded_total')), legend: '{{instance}}' }],
  })
}

export function adminCalls(): PanelBuilder {
  return graph({
    title: 'Changes asked of the admin server within 15 minutes',
    description:
      'By their token. missing or wrong: a script with an old one, or somebody who guesses. disabled: no ' +
      'admin.tokenFile is configured, so nothing can be changed.',
    unit: 'short',
    min: 0,
    queries: [
      {
        expr: sum('instance, result', increase('quic_admin_auth_total', '15m')),
        legend: '{{result}} at {{instance}}',
      },
    ],
    alerts: ['AdminAuthFailures'],
  })
}
