/** What keeps the stack from starting is said in one message, with the way out, before anything was started. */
import { existsSync } from 'node:fs'
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
  t.notOk(existsSync(join(stack.folder, '.monitoring')), 'nothing was started')
})

t.test('no certificate authority yet', { skip }, async (t) => {
  const stack = await makeStack({ roam: 1, ca: '/nowhere/ca.pem' })
  t.teardown(() => stack.close())
  const { code, stderr } = await stack.script()
  t.equal(code, 1)
  t.match(stderr, '/nowhere/ca.pem')
  t.match(stderr, 'npm start makes the development authority')
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
