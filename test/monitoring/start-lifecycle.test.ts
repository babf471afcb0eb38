/** The stack from start to end, beside a real Roam: what an operator does and reads. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { deadUrl } from '../support/dead-url.ts'
import { startRoam } from '../support/roam-process.ts'
import { makeStack, skipWithoutStack } from './support/stack.ts'

t.setTimeout(110_000)
t.test('start, start again, status, down', { skip: skipWithoutStack }, async (t) => {
  const roam = await startRoam({ backends: [{ id: 'a', url: await deadUrl() }] })
  t.teardown(() => roam.close())
  const stack = await makeStack({ roam: roam.port, ca: roam.caFile })
  t.teardown(() => stack.close())

  const first = await stack.script()
  t.equal(first.code, 0, first.stderr)
  for (const part of ['prometheus', 'alertmanager', 'node-exporter'])
    t.match(first.stdout, new RegExp(`^${part} is ready \\(process \\d+\\)$`, 'm'))
  t.match(first.stdout, `http://localhost:${stack.ports.prometheus}/consoles/runbook.html`)
  t.match(first.stdout, 'Prometheus reads the metrics of Roam (1 of 1).')
  t.match(first.stderr, /WARNING: grafana is missing: no dashboards\n.*https:\/\/grafana\.com/)

  const pids = /prometheus is ready \(process (\d+)\)/.exec(first.stdout)?.[1]
  const second = await stack.script()
  t.equal(second.code, 0)
  t.match(second.stdout, `prometheus runs already (process ${pids})`)
  t.notMatch(second.stdout, 'is ready')

  const status = await stack.script('--status')
  t.equal(status.code, 0)
  t.match(status.stdout, /^prometheus +process \d+ +yes +\d+\.\d+\.\d+\S* +http:/m)
  t.match(status.stdout, /^alertmanager +process \d+ +yes +\d+\.\d+\.\d+ +http:/m)
  t.match(status.stdout, /^node-exporter +process \d+ +yes +\d+\.\d+\.\d+ +http:/m)
  t.match(status.stdout, /^grafana +not installed +no/m)
  t.match(status.stdout, new RegExp(`^roam +localhost:${roam.port} +yes$`, 'm'))
  t.match(status.stdout, 'Alerts firing: 0')

  const runbook = await fetch(`http://127.0.0.1:${stack.ports.prometheus}/consoles/runbook.html`)
  t.equal(runbook.status, 200)
  t.match(await runbook.text(), 'alert-name-backenddown')

  const down = await stack.script('--down')
  t.equal(down.code, 0)
  t.match(down.stdout, 'prometheus ended')
  t.ok(existsSync(join(stack.folder, '.monitoring/data/prometheus')), 'the data stay')
  const log = readFileSync(join(stack.folder, '.monitoring/log/prometheus.log'), 'utf8')
  const complaints = log
    .split('\n')
    .filter((line) => /level=(error|warn)/i.test(line) && !/SIGTERM/.test(line))
  t.same(complaints, [], 'nothing to complain of')

  const after = await stack.script('--status')
  t.equal(after.code, 1)
  t.match(after.stdout, 'Prometheus does not run')
  t.match((await stack.script('--down')).stdout, 'nothing was running')
})
