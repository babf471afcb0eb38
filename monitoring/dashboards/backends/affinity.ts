/** Clients that come back to the server they had. The pools together: the menus of pools and backends do not choose here. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph, stacked } from '../panels.ts'
import { rate, ratio, recorded, sum } from '../queries.ts'

export function results(): PanelBuilder {
  return stacked({
    title: 'Affinity',
    description:
      'Requests per second to pools that have it. hit: the client’s own server. new: it had none. moved: ' +
      'its server is away. invalid: its cookie is not Roam’s. After a server went down, moved peaks once; ' +
      'if it stays, servers come and go.',
    unit: 'reqps',
    min: 0,
    queries: [{ expr: sum('result', rate('quic_session_affinity_total')), legend: '{{result}}' }],
    alerts: ['AffinityBroken'],
  })
}

export function breaks(): PanelBuilder {
  return graph({
    title: 'Clients that lose their server',
    description:
      'Share of the requests of clients that had one, over ten minutes. Moodle keeps sessions where all ' +
      'servers see them, so users stay logged in; caches of the server are lost. Elsewhere they log in again.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [{ expr: recorded('job:quic_session_affinity_breaks:ratio_rate10m'), legend: 'lost' }],
    limits: { warning: THRESHOLDS.affinityBreakRatio },
    alerts: ['AffinityBroken'],
    none: 'no pool has affinity',
  })
}

export function kept(): PanelBuilder {
  const moved = 'migrated="true"'
  return graph({
    title: 'Movers that keep their server',
    description:
      'Share of the first requests after a client changed its address, by Wi-Fi, mobile network or NAT, ' +
      'that reached the server it had. 100 % while all servers are up: the connection and its cookie move ' +
      'with the client.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      {
        expr: ratio(
          sum('', rate('quic_session_affinity_total', `result="hit", ${moved}`)),
          sum('', rate('quic_session_affinity_total', `result!="new", ${moved}`)),
        ),
        legend: 'kept',
      },
    ],
    none: 'nobody moved',
  })
}
