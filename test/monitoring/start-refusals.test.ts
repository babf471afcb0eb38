/** What keeps the stack from starting is said in one message, with the way out, before anything was started. */
import { existsSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { makeCertificate } from '../support/roam-process.ts'
import { makeStack, skipWithoutStack } from './support/stack.ts'

const skip = skipWithoutStack

t.test('no prometheus on PATH', { skip }, async (t) => {
  const ca = makeCertificate(t.testdir()).cert
  const stack = await makeStack({ roam: 1, ca, programs: ['prometheus-alertmanager'] })
  t.teardown(() => stack.close())
  const { code, stderr } = await stack.script()
  t.equal(code, 1)
  t.match(stderr, 'prometheus is not on PATH')
  t.match(stderr, 'apt install prometheus')
  t.notOk(existsSync(join(stack.folder, '.monitoring')))
})

t.test('a port that another program has', { skip }, async (t) => {
  const stack = await makeStack({ roam: 1, ca: makeCertificate(t.testdir()).cert })
  t.teardown(() => stack.close())
  const other = net.createServer().listen(stack.ports.alertmanager, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { code, stderr } = await stack.script()
  t.equal(code, 1)
  t.match(stderr, `port ${stack.ports.alertmanager}, where alertmanager is to listen, is taken`)
  t.match(stderr, `(process ${process.pid})`, 'by whom')
  t.match(stderr, 'ROAM_ALERTMANAGER_PORT')
  t.notOk(existsSync(join(stack.folder, '.monitoring/log/prometheus.log')), 'nothing was started')
})

t.test('no certificate authority yet', { skip }, async (t) => {
  const stack = await makeStack({ roam: 1, ca: '/nowhere/ca.pem' })
  t.teardown(() => stack.close())
  const { code, stderr } = await stack.script()
  t.equal(code, 1)
  t.match(stderr, '/nowhere/ca.pem')
  t.match(stderr, 'npm start makes the development authority')
})

t.test('an authority that is none', { skip }, async (t) => {
  const ca = join(t.testdir(), 'ca.pem')
  writeFileSync(ca, 'junk\n')
  const stack = await makeStack({ roam: 1, ca })
  t.teardown(() => stack.close())
  const { code, stderr } = await stack.script()
  t.equal(code, 1)
  t.match(stderr, `${ca} holds no certificate in PEM`)
})

for (const [name, value, says] of [
  ['ROAM_PROMETHEUS_PORT', 'abc', 'ROAM_PROMETHEUS_PORT is not a port: abc'],
  ['ROAM_GRAFANA_PORT', '70000', 'ROAM_GRAFANA_PORT is not a port: 70000'],
  ['ROAM_TARGETS', '/nowhere', '/nowhere/roam.yml cannot be read'],
  ['ROAM_PROMETHEUS_URL', 'prometheus', 'ROAM_PROMETHEUS_URL is not a URL: prometheus'],
  ['ROAM_ALERTMANAGER_URL', ':::', 'ROAM_ALERTMANAGER_URL is not a URL: :::'],
  ['PROMETHEUS_RETENTION', 'for ever', 'PROMETHEUS_RETENTION is not a duration: for ever'],
] as const)
  t.test(`${name}=${value}`, { skip }, async (t) => {
    const stack = await makeStack({ roam: 1, ca: makeCertificate(t.testdir()).cert, env: { [name]: value } })
    t.teardown(() => stack.close())
    const { code, stderr } = await stack.script()
    t.equal(code, 1)
    t.match(stderr, says)
    t.notOk(existsSync(join(stack.folder, '.monitoring')))
  })

t.test('one port for two parts', { skip }, async (t) => {
  const env = { ROAM_ALERTMANAGER_PORT: '19999', ROAM_PROMETHEUS_PORT: '19999' }
  const stack = await makeStack({ roam: 1, ca: makeCertificate(t.testdir()).cert, env })
  t.teardown(() => stack.close())
  const { code, stderr } = await stack.script()
  t.equal(code, 1)
  t.match(stderr, 'ROAM_PROMETHEUS_PORT and ROAM_ALERTMANAGER_PORT are both 19999')
})

t.test('a folder that cannot be written to', { skip }, async (t) => {
  const stack = await makeStack({ roam: 1, ca: makeCertificate(t.testdir()).cert })
  t.teardown(() => stack.close())
  // A file in its place keeps root out too.
  writeFileSync(join(stack.folder, '.monitoring'), '')
  const { code, stderr } = await stack.script()
  t.equal(code, 1)
  t.match(stderr, /^start-monitoring: cannot write to .*\.monitoring: /, 'one message, in our words')
})

t.test('settings that cannot work', { skip }, async (t) => {
  const env = { ROAM_ALERT_EMAIL_TO: 'admins@example.org' }
  const stack = await makeStack({ roam: 1, ca: makeCertificate(t.testdir()).cert, env })
  t.teardown(() => stack.close())
  const { code, stderr } = await stack.script()
  t.equal(code, 1)
  t.match(stderr, 'ROAM_SMTP_HOST')
})

t.test('an option that does not exist', { skip }, async (t) => {
  const stack = await makeStack({ roam: 1, ca: '/nowhere/ca.pem' })
  t.teardown(() => stack.close())
  const { code, stderr } = await stack.script('--start')
  t.equal(code, 2)
  t.match(stderr, 'unknown option: --start')
  t.match(stderr, 'Usage:')
})
