/** What all dashboards have in common, and where their panels stand. */
import { DashboardBuilder, DashboardCursorSync, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import type { DashboardUid } from '../rules/rule.ts'
import { annotations } from './annotations.ts'
import { TAG, dashboardMenu, runbookMenu } from './links.ts'
import type { PanelBuilder } from './panels.ts'
import { variables } from './variables.ts'

/**
 * Grafana's classic model. The SDK prefers the newer ones, but only this one can be provisioned from files by every
 * version of Grafana and imported by hand.
 */
// eslint-disable-next-line @typescript-eslint/no-deprecated
const ClassicBuilder = DashboardBuilder
export type ClassicDashboard = ReturnType<InstanceType<typeof ClassicBuilder>['build']>

export interface DashboardSpec {
  readonly uid: DashboardUid
  readonly title: string
  readonly description: string
  readonly sections: readonly Section[]
}

/** Panels under a heading; the first section of a dashboard may do without. */
export interface Section {
  readonly title?: string
  readonly lines: readonly Line[]
}

/** Panels beside each other, of one height and width. */
export interface Line {
  readonly height: number
  readonly panels: readonly PanelBuilder[]
}

/** Grafana's grid is this wide. */
const COLUMNS = 24
/** Of a line of graphs, and of a line of single numbers; a unit is 30 pixels. */
const TALL = 9
const LOW = 5

export function line(...panels: readonly PanelBuilder[]): Line {
  return { height: TALL, panels }
}

export function lowLine(...panels: readonly PanelBuilder[]): Line {
  return { height: LOW, panels }
}

export function dashboard({ uid, title, description, sections }: DashboardSpec): ClassicDashboard {
  const frame = new ClassicBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-1h', to: 'now' })
    .refresh('5s')
    .timezone('browser')
    .variables(variables())
    .annotations(annotations())
    .links([dashboardMenu(), runbookMenu()])
  // Ids are numbered through: links to one panel stay valid as long as nothing is put before it.
  let id = 0
  let y = 0
  for (const section of sections) {
    if (section.title !== undefined) {
      frame.withRow(new RowBuilder(section.title).id(++id).gridPos({ x: 0, y, w: COLUMNS, h: 1 }))
      y += 1
    }
    for (const { height, panels } of section.lines) {
      const width = COLUMNS / panels.length
      panels.forEach((panel, index) =>
        frame.withPanel(panel.id(++id).gridPos({ x: index * width, y, w: width, h: height })),
      )
      y += height
    }
  }
  return frame.build()
}
