import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { roam } from '../unit/cli/support.ts'

t.test('a taken port is one clear line', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  t.teardown(() => taken.close())
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as AddressInfo
  const cwd = t.testdir({
    'roam.yaml': `
listeners: [{ address: "127.0.0.1:${port}" }]
pools: { p: { backends: [{ id: b, url: "http://127.0.0.1:1" }] } }
routes: [{ pool: p }]
log: { level: error }
`,
  })

  t.strictSame(
    await roam(['start'], { cwd }),
    {
      code: 1,
      stdout: '',
      stderr: `roam: port ${port} of 127.0.0.1 is in use by another program; stop that one, or change its address in roam.yaml\n`,
    },
    'roam start: one line, no stack trace, exit code 1',
  )
  const demo = ['demo', '--port', '0', '--certs', join(cwd, 'certs')]
  t.match(
    await roam([...demo, '--backend-port', String(port)], { cwd, env: { npm_lifecycle_event: '' } }),
    {
      code: 1,
      stderr: new RegExp(
        `^roam: port ${port} for moodle-1 is in use by another program; choose others: roam demo --backend-port 18001\n$`,
      ),
    },
    'roam demo: a backend',
  )
  const underNpm = { cwd, env: { npm_lifecycle_event: 'start' } }
  t.match(await roam([...demo, '--backend-port', String(port)], underNpm), {
    stderr: /choose others: npm start -- --backend-port 18001\n$/,
  })
})

t.test('an address that this machine lacks is one clear line', async (t) => {
  // RFC 5737: an address for documentation, which no machine has.
  const cwd = t.testdir({
    'roam.yaml': `
listeners: [{ address: "192.0.2.1:9443" }]
pools: { p: { backends: [{ id: b, url: "http://127.0.0.1:1" }] } }
routes: [{ pool: p }]
log: { level: error }
`,
  })
  t.strictSame(await roam(['start'], { cwd }), {
    code: 1,
    stdout: '',
    stderr:
      'roam: port 9443 of 192.0.2.1: this machine has no such address; change its address in roam.yaml\n',
  })
})
