/** The dashboards taken apart, for the checks of them. */
import type { Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard'
import type { ClassicDashboard } from '../../../monitoring/dashboards/dashboard.ts'
import { DASHBOARDS } from '../../../monitoring/dashboards/index.ts'

export interface Target {
  readonly refId: string
  readonly expr: string
  readonly legendFormat: string
  readonly format?: string
  readonly instant?: boolean
  readonly range?: boolean
  readonly datasource?: { readonly type: string; readonly uid: string }
}

export const dashboards: readonly (readonly [uid: string, dashboard: ClassicDashboard])[] = Object.entries(
  DASHBOARDS,
).map(([uid, build]) => [uid, build()])

/** Everything on the grid, headings too. */
export function everything(dashboard: ClassicDashboard): readonly (Panel | RowPanel)[] {
  return dashboard.panels ?? []
}

export function panels(dashboard: ClassicDashboard): readonly Panel[] {
  return everything(dashboard).filter((panel): panel is Panel => panel.type !== 'row')
}

/** Panels that show figures, rather than words. */
export function figures(dashboard: ClassicDashboard): readonly Panel[] {
  return panels(dashboard).filter(({ type }) => type !== 'text')
}

export function targets(panel: Panel): readonly Target[] {
  return (panel.targets ?? []) as unknown as Target[]
}

/** The alerts whose part of the runbook a panel links to. */
export function watchedBy(panel: Panel): readonly string[] {
  return (panel.links ?? []).map(({ title }) => title.replace('Runbook: ', ''))
}

/** Where the panel's figure stops being good. */
export function limitsOf(panel: Panel): readonly number[] {
  return (panel.fieldConfig?.defaults.thresholds?.steps ?? [])
    .map(({ value }) => value)
    .filter((value) => value !== null)
}
