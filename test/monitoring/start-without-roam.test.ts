/** Monitoring may be started first: the stack runs, and the script says what is missing and ends with 3. */
import t from 'tap'
import { makeCertificate } from '../support/roam-process.ts'
import { freePort } from './support/daemon.ts'
import { makeStack, skipWithoutStack } from './support/stack.ts'

t.test('Roam does not run', { skip: skipWithoutStack }, async (t) => {
  const port = await freePort()
  const stack = await makeStack({ roam: port, ca: makeCertificate(t.testdir()).cert })
  t.teardown(() => stack.close())

  const started = await stack.script()
  t.equal(started.code, 3)
  t.match(started.stdout, 'prometheus is ready')
  t.match(started.stderr, new RegExp(`localhost:${port}: .*connection refused`))
  t.match(started.stderr, 'Roam does not run there. npm start')

  const status = await stack.script('--status')
  t.equal(status.code, 3)
  t.match(status.stdout, new RegExp(`^roam +localhost:${port} +no: .*connection refused`, 'm'))
})
