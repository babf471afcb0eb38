/**
 * monitoring/prometheus/consoles/runbook.html: docs/RUNBOOK.md as a page that Prometheus serves by itself, because whoever
 * is woken up may have nothing else that works. One file: no script, no font, no picture from elsewhere. Prometheus fills
 * in what is firing when the page is asked for (it is one of its console templates).
 */
import { readFile } from 'node:fs/promises'
import { Marked, type Tokens } from 'marked'
import { githubAnchor } from './github-anchor.ts'

const ALERT = /^Alert name: (\w+)$/

/** The file's text. */
export async function runbookPage(): Promise<string> {
  const [markdown, style] = await Promise.all([
    readFile(new URL('../../docs/RUNBOOK.md', import.meta.url), 'utf8'),
    readFile(new URL('runbook-page.css', import.meta.url), 'utf8'),
  ])
  return renderRunbook(markdown, style)
}

/** The runbook's text as a template of Prometheus's. */
export function renderRunbook(markdown: string, style = ''): string {
  const anchors = new Set<string>()
  const alerts: string[] = []
  const marked = new Marked({
    renderer: {
      heading({ text, depth, tokens }: Tokens.Heading): string {
        const anchor = githubAnchor(text, anchors)
        const alert = ALERT.exec(text)?.[1]
        if (alert !== undefined) alerts.push(`<li><a href="#${anchor}">${alert}</a></li>`)
        return `<h${depth} id="${anchor}"><a href="#${anchor}">${this.parser.parseInline(tokens)}</a></h${depth}>\n`
      },
      code({ text, lang }: Tokens.Code): string {
        const block = `<pre><code>${escape(text)}</code></pre>\n`
        return lang === 'promql'
          ? `${block}<a class="run" href="${graphOf(text)}">Run this query</a>\n`
          : block
      },
      link({ href, tokens }: Tokens.Link): string {
        const inside = this.parser.parseInline(tokens)
        // Files of the repository are not beside this page.
        return /^(https?:|#)/.test(href) ? `<a href="${escape(href)}">${inside}</a>` : `<em>${inside}</em>`
      },
    },
  })
  const body = literal(marked.parse(markdown, { async: false }))
  const end = body.indexOf('</h1>') + '</h1>'.length
  return `<!doctype html>
<!-- Generated from docs/RUNBOOK.md by npm run generate. Do not edit. -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Runbook</title>
<style>
${style}</style>
</head>
<body>
${body.slice(0, end)}
${FIRING}
<nav><details><summary>All alerts</summary><ul>
${alerts.join('\n')}
</ul></details></nav>
${body.slice(end)}
</body>
</html>
`
}

/** Watchdog always fires: where it does not, an empty list proves nothing. */
const FIRING = `<section class="now">
<p><strong>Firing now</strong></p>
{{ with query "ALERTS{alertstate='firing',alertname!='Watchdog'}" }}
<ul>
{{ range sortByLabel "alertname" . }}
<li><a href="#alert-name-{{ .Labels.alertname | toLower }}">{{ .Labels.alertname }}</a>
<span class="labels">{{ .Labels.severity }} {{ .Labels.instance }} {{ .Labels.backend_id }} {{ .Labels.long }}</span></li>
{{ end }}
</ul>
{{ else }}
<p>Nothing.</p>
{{ end }}
{{ if not (query "ALERTS{alertstate='firing',alertname='Watchdog'}") }}
<p class="silent">Not even Watchdog, which always does: this Prometheus evaluates no rules, so it cannot warn.</p>
{{ end }}
</section>`

/** Prometheus's own page for a query; relative, so that it works under a path prefix. */
function graphOf(expr: string): string {
  return `../graph?g0.expr=${encodeURIComponent(expr)}&amp;g0.tab=0`
}

/** Text that Go's templates would take for theirs. */
function literal(html: string): string {
  return html.replaceAll('{{', '{{"{{"}}')
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
