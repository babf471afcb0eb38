import t from 'tap'
import { runbookAnchor } from '../../../monitoring/links.ts'
import { ALERT_GROUPS } from '../../../monitoring/rules/alerts.ts'
import { markdownFiles } from './markdown.ts'

const [runbook] = await markdownFiles('docs/RUNBOOK.md')
if (runbook === undefined) throw new Error('docs/RUNBOOK.md is missing')

/** Alert → its section. */
const sections = new Map(
  runbook.text
    .split(/^#{2,3} (?=Alert name: )/m)
    .slice(1)
    .map((section) => [/^Alert name: (\w+)\n/.exec(section)?.[1] ?? section, section]),
)
const alerts = new Set(ALERT_GROUPS.flatMap(({ rules }) => rules).map(({ alert }) => alert))

t.test('the runbook has a section for every alert, and for no other', (t) => {
  t.same([...sections.keys()].sort(), [...alerts].sort())
  t.end()
})

for (const alert of alerts) {
  t.test(`the section of ${alert} can be linked to and has all its parts`, (t) => {
    t.ok(runbook.anchors.has(runbookAnchor(alert)))
    const section = sections.get(alert) ?? ''
    for (const part of ['**Users:**', '**Look', 'auses:**', '**Nothing when:**']) t.match(section, part)
    t.match(section, /```(sh|promql)\n/, 'something to try')
    t.end()
  })
}
