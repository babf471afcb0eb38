import { readFile } from 'node:fs/promises'
import t from 'tap'
import { renderRunbook } from '../../../scripts/generators/runbook-page.ts'
import { ROOT, markdownFiles } from './markdown.ts'

const page = await readFile(`${ROOT}monitoring/prometheus/consoles/runbook.html`, 'utf8')

t.test('the page has every heading of docs/RUNBOOK.md under the anchor that it has on GitHub', async (t) => {
  const [runbook] = await markdownFiles('docs/RUNBOOK.md')
  const ids = [...page.matchAll(/<h\d id="([^"]+)"/g)].map(([, id]) => id)
  t.same(ids, [...(runbook?.anchors ?? [])])
})

t.test('the page loads nothing: it must work where nothing else does', (t) => {
  t.notMatch(page, /<(script|link|img|iframe)\b|\bsrc=|@import|url\(/)
  t.end()
})

t.test('braces in the text are no template', (t) => {
  const html = renderRunbook('# Runbook\n\n`{{ $labels.x }}`\n')
  t.match(html, '{{"{{"}} $labels.x }}')
  t.notMatch(html, '{{ $labels')
  t.end()
})

t.test('a query links to the graph of the Prometheus that serves the page, under any path prefix', (t) => {
  const html = renderRunbook('# Runbook\n\n```promql\nup{job="roam"} > 0\n```\n')
  t.match(html, 'href="../graph?g0.expr=up%7Bjob%3D%22roam%22%7D%20%3E%200&amp;g0.tab=0"')
  t.match(html, 'up{job=&quot;roam&quot;} &gt; 0')
  t.end()
})

t.test('links to files of the repository are no links, those within the page and to the web are', (t) => {
  const html = renderRunbook('# R\n\n[a](ERRORS.md) [b](#r) [c](http://localhost:3000/d/x)\n')
  t.notMatch(html, 'ERRORS.md"')
  t.match(html, '<em>a</em>')
  t.match(html, '<a href="#r">b</a>')
  t.match(html, '<a href="http://localhost:3000/d/x">c</a>')
  t.end()
})

t.test('the list of alerts has each alert once', (t) => {
  const html = renderRunbook('# R\n\n### Alert name: BackendDown\n\nText.\n')
  t.match(html, '<li><a href="#alert-name-backenddown">BackendDown</a></li>')
  t.end()
})
