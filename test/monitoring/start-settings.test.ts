/** A setting that changed is in force after the next start, and only its part is started anew. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { deadUrl } from '../support/dead-url.ts'
import { startRoam } from '../support/roam-process.ts'
import { makeStack, skipWithoutStack } from './support/stack.ts'

t.setTimeout(110_000)
t.test('settings in .env', { skip: skipWithoutStack }, async (t) => {
  const roam = await startRoam({ backends: [{ id: 'a', url: await deadUrl() }] })
  t.teardown(() => roam.close())
  const stack = await makeStack({ roam: roam.port, ca: roam.caFile })
  t.teardown(() => stack.close())
  const prometheus = `http://127.0.0.1:${stack.ports.prometheus}/api/v1/status/flags`
  const alertmanager = `http://127.0.0.1:${stack.ports.alertmanager}/api/v2/status`

  await stack.script()
  t.match(await (await fetch(prometheus)).text(), '"storage.tsdb.retention.time":"8d8h"')

  const settings = [
    'PROMETHEUS_RETENTION="30d" # a month',
    '  export ROAM_WATCHDOG_URL=http://127.0.0.1:1/alive#now  # nobody listens',
    '# X=1',
    'ROAM_PROMETHEUS_URL=https://monitoring.test/prometheus',
    '',
  ]
  writeFileSync(join(stack.folder, '.env'), settings.join('\n'))
  const second = await stack.script()
  t.match(second.stdout, 'prometheus has new settings: it is started anew')
  t.match(second.stdout, 'alertmanager runs already')
  const flags = await (await fetch(prometheus)).text()
  t.match(flags, '"storage.tsdb.retention.time":"30d"', 'its own paths stay where they were')
  t.match(flags, '"web.external-url":"https://monitoring.test/prometheus"')
  t.match(await (await fetch(alertmanager)).text(), 'webhook_configs', 'routes are read anew')
  const rendered = readFileSync(join(stack.folder, '.monitoring/alertmanager/alertmanager.yml'), 'utf8')
  t.match(rendered, "url: 'http://127.0.0.1:1/alive#now'\n", 'a # within a value is part of it')
})
