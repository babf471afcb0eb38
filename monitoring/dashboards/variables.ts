import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import { without } from './defaults.ts'

/** The data source that the dashboard's first menu chooses. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }

const ALL = { selected: true, text: ['All'], value: ['$__all'] }

export function variables(): Builder<VariableModel>[] {
  const all: Builder<VariableModel>[] = [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    // "All" is the list of Roam's jobs, not .*: process_* metrics of Prometheus and node-exporter have the same names.
    query('job', 'Job', 'quic_build_info', 'job', 'Scrape jobs of Roam.'),
    everything('instance', 'Instance', 'quic_build_info{job=~"$job"}', 'instance', 'Processes of Roam.'),
    everything(
      'pool',
      'Pool',
      'quic_backend_info{job=~"$job", instance=~"$instance"}',
      'pool',
      'Pools of backends. Requests that found no backend belong to none and stay visible.',
    ),
    everything(
      'backend',
      'Backend',
      'quic_backend_info{job=~"$job", instance=~"$instance", pool=~"$pool"}',
      'backend_id',
      'Backends of the chosen pools.',
    ),
    everything(
      'protocol',
      'Protocol',
      'quic_active_connections{job=~"$job", instance=~"$instance"}',
      'protocol',
      'What clients speak with Roam.',
    ),
    everything(
      'network',
      'Network',
      'quic_packets_sent_total{job=~"$job", instance=~"$instance"}',
      'network',
      "Clients' networks, as the configuration names them; QUIC only.",
    ),
  ]
  return all.map((variable) => without(['auto', 'auto_min', 'auto_count'], variable))
}

function query(
  name: string,
  label: string,
  from: string,
  values: string,
  description: string,
): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(DATASOURCE)
    .query(`label_values(${from}, ${values})`)
    .multi(true)
    .includeAll(true)
    .current(ALL)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
}

/** "All" is everything, also what comes after the list was read. */
function everything(
  name: string,
  label: string,
  from: string,
  values: string,
  description: string,
): QueryVariableBuilder {
  return query(name, label, from, values, description).allValue('.*')
}
