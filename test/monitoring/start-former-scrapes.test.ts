/** What Prometheus read before it was started anew does not pass for what it reads now. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { deadUrl } from '../support/dead-url.ts'
import { makeCertificate, startRoam } from '../support/roam-process.ts'
import { makeStack, skipWithoutStack } from './support/stack.ts'

t.setTimeout(110_000)
t.test('an authority that was right and is not any more', { skip: skipWithoutStack }, async (t) => {
  const roam = await startRoam({ backends: [{ id: 'a', url: await deadUrl() }] })
  t.teardown(() => roam.close())
  const folder = t.testdir()
  const ca = join(folder, 'ca.pem')
  copyFileSync(roam.caFile, ca)
  const stack = await makeStack({ roam: roam.port, ca })
  t.teardown(() => stack.close())

  t.equal((await stack.script()).code, 0)
  await stack.script('--down')
  copyFileSync(makeCertificate(folder).cert, ca)
  const second = await stack.script()
  t.equal(second.code, 3)
  t.match(second.stderr, /x509: certificate signed by unknown authority/)
  t.equal((await stack.script('--status')).code, 3)
})
