import t from 'tap'
import { readSettings } from '../../../src/cli/doctor/checks/socket-buffers.ts'

t.test('what the kernel allows', async (t) => {
  const folder = t.testdir({ rmem_max: '212992\n', wmem_max: '4194304\n' })
  t.strictSame(await readSettings(folder), [
    { name: 'net.core.rmem_max', bytes: 212_992 },
    { name: 'net.core.wmem_max', bytes: 4_194_304 },
  ])
})

t.test('a container may not show it', async (t) => {
  t.equal(await readSettings(t.testdir()), undefined)
})
