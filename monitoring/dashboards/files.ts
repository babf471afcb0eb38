import { DASHBOARDS } from './index.ts'

/** The dashboards as Grafana reads them: path from the repository's root → its text. */
export function dashboardFiles(): Record<string, () => string> {
  return Object.fromEntries(
    Object.entries(DASHBOARDS).map(([uid, build]) => [
      `monitoring/grafana/dashboards/${uid}.json`,
      () => JSON.stringify(build()),
    ]),
  )
}
