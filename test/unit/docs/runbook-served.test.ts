/** The runbook's page in a real Prometheus: it says what is firing, and when its silence means nothing. */
import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { findProgram, freePort, startDaemon, untilReady } from '../../monitoring/support/daemon.ts'
import { skipWithout } from '../../support/client-tools.ts'
import { ROOT } from './markdown.ts'

const SILENT = /Not even Watchdog/

function ruleFile(...alerts: readonly string[]): string {
  const rules = alerts.map((alert) => ({ alert, expr: 'vector(1)', labels: { backend_id: '<moodle-1>' } }))
  return JSON.stringify({ groups: [{ name: 'test', rules }] })
}

t.test('Prometheus serves the runbook', { skip: skipWithout('prometheus', 'prometheus') }, async (t) => {
  const folder = t.testdir({
    'prometheus.yml': 'global: { evaluation_interval: 1s }\nrule_files: [rules.json]\n',
    'rules.json': ruleFile('BackendDown'),
  })
  const url = `http://127.0.0.1:${await freePort()}`
  const prometheus = startDaemon(findProgram('prometheus'), [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.console.templates=${ROOT}monitoring/prometheus/consoles`,
    `--web.listen-address=${new URL(url).host}`,
    '--web.enable-lifecycle',
  ])
  t.teardown(() => prometheus.close())
  await untilReady(prometheus, `${url}/-/ready`)
  /** The page, as soon as it has what is looked for; the runner's time limit ends the wait. */
  const page = async (found: (html: string) => boolean): Promise<string> => {
    for (;;) {
      const response = await fetch(`${url}/consoles/runbook.html`)
      const html = await response.text()
      if (!response.ok) throw new Error(html)
      if (found(html)) return html
      await sleep(200)
    }
  }

  const alone = await page((html) => html.includes('&lt;moodle-1&gt;'))
  t.match(alone, '<a href="#alert-name-backenddown">BackendDown</a>', 'the firing alert leads to its section')
  t.match(alone, SILENT, 'without Watchdog the list proves nothing')
  t.notMatch(alone, /\{\{|<no value>/)

  await writeFile(`${folder}/rules.json`, ruleFile('Watchdog'))
  await fetch(`${url}/-/reload`, { method: 'POST' })
  const quiet = await page((html) => html.includes('<p>Nothing.</p>') && !SILENT.test(html))
  t.notMatch(quiet, 'class="labels"', 'Watchdog fires and is no news')
})
