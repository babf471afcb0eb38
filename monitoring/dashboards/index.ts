/** Every dashboard, and every query in them. */
import { VariableType } from '@grafana/grafana-foundation-sdk/dashboard'
import type { DashboardUid } from '../rules/rule.ts'
import { backends } from './backends.ts'
import type { ClassicDashboard } from './dashboard.ts'
import { overview } from './overview.ts'
import { process } from './process.ts'
import { protocols } from './protocols.ts'
import { quic } from './quic.ts'
import { slo } from './slo.ts'

export const DASHBOARDS: Readonly<Record<DashboardUid, () => ClassicDashboard>> = {
  'roam-overview': overview,
  'roam-protocols': protocols,
  'roam-quic': quic,
  'roam-backends': backends,
  'roam-slo': slo,
  'roam-process': process,
}

export interface Expression {
  /** Title of the panel, or name of the variable or annotation. */
  readonly panel: string
  readonly refId: string
  readonly expr: string
  readonly kind: 'panel' | 'variable' | 'annotation'
}

/** Everything that the dashboard asks Prometheus; of a variable, its label_values(…). */
export function expressions(dashboard: ClassicDashboard): readonly Expression[] {
  const panels = (dashboard.panels ?? []).flatMap((panel) =>
    'targets' in panel ? (panel.targets ?? []).map((target) => ofTarget(panel.title ?? '', target)) : [],
  )
  const variables = (dashboard.templating.list ?? [])
    .filter(({ type }) => type === VariableType.Query)
    .map(({ name, query }) => ({
      panel: name,
      refId: 'variable',
      expr: typeof query === 'string' ? query : '',
      kind: 'variable' as const,
    }))
  const annotations = (dashboard.annotations.list ?? []).map(({ name, expr }) => ({
    panel: name,
    refId: 'annotation',
    expr: expr ?? '',
    kind: 'annotation' as const,
  }))
  return [...panels, ...variables, ...annotations]
}

function ofTarget(panel: string, target: object): Expression {
  const { refId, expr } = target as { refId: string; expr: string }
  return { panel, refId, expr, kind: 'panel' }
}
