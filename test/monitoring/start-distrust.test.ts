/** With the wrong authority nothing is scraped, and the script names the setting. */
import t from 'tap'
import { deadUrl } from '../support/dead-url.ts'
import { makeCertificate, startRoam } from '../support/roam-process.ts'
import { makeStack, skipWithoutStack } from './support/stack.ts'

t.test('an authority that did not sign', { skip: skipWithoutStack }, async (t) => {
  const roam = await startRoam({ backends: [{ id: 'a', url: await deadUrl() }] })
  t.teardown(() => roam.close())
  const stack = await makeStack({ roam: roam.port, ca: makeCertificate(t.testdir()).cert })
  t.teardown(() => stack.close())

  const started = await stack.script()
  t.equal(started.code, 3)
  t.match(started.stderr, /x509: certificate signed by unknown authority/)
  t.match(started.stderr, 'set ROAM_CA')
})
