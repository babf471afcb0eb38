import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { runbookAnchor } from '../links.ts'
import { without } from './defaults.ts'

/** Every dashboard carries it; the menu of dashboards is made from it. */
export const TAG = 'roam'

/** Prometheus serves the runbook itself, so that it can be read when the internet cannot. */
const RUNBOOK = 'http://localhost:9090/consoles/runbook.html'

/** Menu of all dashboards; time and variables are taken along. */
export function dashboardMenu(): Builder<DashboardLink> {
  return without(
    ['placement'],
    new DashboardLinkBuilder('Dashboards')
      .type(DashboardLinkType.Dashboards)
      .tags([TAG])
      .asDropdown(true)
      .keepTime(true)
      .includeVars(true),
  )
}

export function runbookMenu(): Builder<DashboardLink> {
  return without(
    ['placement'],
    new DashboardLinkBuilder('Runbook')
      .type(DashboardLinkType.Link)
      .icon('doc')
      .url(RUNBOOK)
      .targetBlank(true),
  )
}

/** From a panel to what to do when the alert that watches its figure fires. */
export function runbookOf(alert: string): Builder<DashboardLink> {
  return without(
    ['placement'],
    new DashboardLinkBuilder(`Runbook: ${alert}`)
      .type(DashboardLinkType.Link)
      .url(`${RUNBOOK}#${runbookAnchor(alert)}`)
      .targetBlank(true),
  )
}
