/** Panels that the documents name can be found where they say. */
import t from 'tap'
import { DASHBOARDS, expressions } from '../../../monitoring/dashboards/index.ts'
import { ALERT_GROUPS } from '../../../monitoring/rules/alerts.ts'
import type { DashboardUid } from '../../../monitoring/rules/rule.ts'
import { markdownFiles } from './markdown.ts'

const [operations, runbook] = await markdownFiles('docs/OPERATIONS.md', 'docs/RUNBOOK.md')
if (operations === undefined || runbook === undefined) throw new Error('a document is missing')

const titles = new Map(
  Object.entries(DASHBOARDS).map(([uid, build]) => [
    uid,
    new Set(
      expressions(build())
        .filter(({ kind }) => kind === 'panel')
        .map(({ panel }) => panel),
    ),
  ]),
)

t.test('what docs/OPERATIONS.md has in italics are panels', (t) => {
  const all = new Set([...titles.values()].flatMap((panels) => [...panels]))
  t.ok(operations.italics.length > 5)
  t.same(
    operations.italics.filter((title) => !all.has(title)),
    [],
  )
  t.end()
})

/** `**Graph:** Panel; Panel ([Name](http://…/d/uid)).`, below an alert's heading. */
const graphs = new Map(
  [
    ...runbook.text.matchAll(
      /^### Alert name: (\w+)\n(?:(?!^###)[^])*?^\*\*Graph:\*\* (.*?)\s\(\[\w+\]\(http:\/\/localhost:3000\/d\/([\w-]+)\)\)\.$/gm,
    ),
  ].map(([, alert, panels = '', uid]) => [alert, { panels: panels.split('; '), uid }]),
)

const alerts = new Map<string, DashboardUid>(
  ALERT_GROUPS.flatMap(({ rules }) => rules).map(({ alert, dashboard }) => [alert, dashboard]),
)

for (const [alert, dashboard] of alerts) {
  t.test(`the runbook names panels of the dashboard that ${alert} links to`, (t) => {
    const graph = graphs.get(alert)
    t.equal(graph?.uid, dashboard)
    t.same(
      graph?.panels.filter((title) => titles.get(dashboard)?.has(title) !== true),
      [],
    )
    t.end()
  })
}
