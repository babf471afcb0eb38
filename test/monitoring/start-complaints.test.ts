/** A part that refuses its settings is quoted with its complaint, not with everything it ever wrote. */
import t from 'tap'
import { makeCertificate } from '../support/roam-process.ts'
import { makeStack, skipWithoutStack } from './support/stack.ts'

t.test('a setting that Alertmanager refuses', { skip: skipWithoutStack }, async (t) => {
  const env = { ROAM_SLACK_WEBHOOK_URL: 'nonsense' }
  const stack = await makeStack({ roam: 1, ca: makeCertificate(t.testdir()).cert, env })
  t.teardown(() => stack.close())
  const { code, stderr } = await stack.script()
  t.equal(code, 1)
  t.match(stderr, 'unsupported scheme')
  t.match(stderr, 'alertmanager did not become ready')
  t.match(stderr, '.monitoring/log/alertmanager.log')
  t.notMatch(stderr, 'level=info')
})
