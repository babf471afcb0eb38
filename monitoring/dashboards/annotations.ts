/** What happened, drawn over every graph. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import { type AnnotationQuery, AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { without } from './defaults.ts'
import { increase, series, sum } from './queries.ts'
import { DATASOURCE } from './variables.ts'

export function annotations(): Builder<AnnotationQuery>[] {
  return [
    moment('Restart', 'blue', series('process_start_time_seconds'), '{{instance}} started'),
    moment(
      'Configuration loaded',
      'purple',
      series('quic_config_last_reload_success_timestamp_seconds'),
      '{{instance}} loaded its configuration',
    ),
    event(
      'Configuration refused',
      'dark-red',
      `${sum('instance', increase('quic_config_reloads_total', '1m', 'result="failure"'))} > 0`,
      '{{instance}} refused a configuration',
    ),
    event(
      'Backend up or down',
      'orange',
      `${sum('backend_id, state', increase('quic_backend_state_changes_total', '1m'))} > 0`,
      '{{backend_id}} became {{state}}',
    ),
    event(
      'Firing alert',
      'red',
      'ALERTS{alertstate="firing", severity=~"warning|critical"}',
      '{{alertname}}',
    ).tagKeys('severity'),
  ].map((builder) => without(['placement'], builder))
}

/** A series whose value is a Unix time: the mark stands there. */
function moment(name: string, colour: string, expr: string, title: string): AnnotationQueryBuilder {
  return event(name, colour, `${expr} * 1000`, title).useValueForTime(true)
}

function event(name: string, colour: string, expr: string, title: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(colour)
    .expr(expr)
    .step('15s')
    .titleFormat(title)
}
