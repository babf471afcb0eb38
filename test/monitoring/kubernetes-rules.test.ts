/** The PrometheusRule holds the rules of the stack, all of them, in the form that Prometheus takes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dump, load } from 'js-yaml'
import t from 'tap'
import { run, skipWithout } from '../support/client-tools.ts'
import { MONITORING } from './support/check-config.ts'

interface Groups {
  readonly groups: readonly { readonly name: string }[]
}

const resource = load(readFileSync(join(MONITORING, 'kubernetes/prometheus-rule.yml'), 'utf8')) as {
  readonly apiVersion: string
  readonly kind: string
  readonly spec: Groups
}

t.match(resource, { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule' })

t.test('the same rules', async (t) => {
  const shipped = ['recording', 'alerts'].flatMap(
    (name) => (load(readFileSync(join(MONITORING, `prometheus/rules/${name}.yml`), 'utf8')) as Groups).groups,
  )
  t.same(resource.spec.groups, shipped)
})

t.test('promtool', { skip: skipWithout('promtool', 'prometheus') }, async (t) => {
  const file = join(t.testdir(), 'rules.yml')
  writeFileSync(file, dump(resource.spec))
  const { code, stdout, stderr } = await run('promtool', ['check', 'rules', file])
  t.equal(code, 0, stdout + stderr)
})
