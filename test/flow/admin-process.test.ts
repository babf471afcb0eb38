import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startDemoBackend } from '../../demo/backend.ts'
import { startRoam } from '../support/roam-process.ts'
import { askAdmin } from './admin-support.ts'

const backend = await startDemoBackend({ id: 'b1' })
t.teardown(() => backend.close())
const address = 'admin: { address: "127.0.0.1:0"'
const first = await startRoam({
  backends: [backend],
  lines: [`${address}, tokenFile: admin.token }`],
})
t.teardown(() => first.close())

/** Where a process's admin server is. */
const portOf = ({ log }: { readonly log: readonly string[] }) =>
  Number(/admin server on http:\/\/127\.0\.0\.1:(\d+)/.exec(log.join('\n'))?.[1])
const tokenFile = join(first.configFile, '../admin.token')
const token = readFileSync(tokenFile, 'utf8').trim()
const headers = { authorization: `Bearer ${token}` }
const reload = (port: number) => askAdmin(port, 'POST', '/config', { headers })
const written = readFileSync(first.configFile, 'utf8')

t.test('the token is made at the start, and only its owner can read it', (t) => {
  t.equal(statSync(tokenFile).mode & 0o777, 0o600)
  t.match(token, /^[0-9a-f]{64}$/)
  t.end()
})

t.test('POST /config reads the file again, or says why not', async (t) => {
  t.match(await reload(portOf(first)), { status: 200, body: { changes: [] } })
  writeFileSync(first.configFile, written.replace('maxRequests: 1000', 'maxRequests: 7'))
  t.match(await reload(portOf(first)), { status: 200, body: { changes: ['backend b1 changed'] } })
  writeFileSync(first.configFile, written.replace('maxRequests', 'maxRequest'))
  t.match(await reload(portOf(first)), {
    status: 422,
    body: { detail: /roam\.yaml:\d+: pools\.test\.backends\[0\]/ },
  })
  writeFileSync(first.configFile, written.replace(address, address.replace(':0', ':1')))
  t.match(await reload(portOf(first)), { status: 422, body: { detail: /^admin cannot change.*--takeover/ } })
  t.match(await askAdmin(portOf(first), 'GET', '/backends/b1'), { body: { maxRequests: 7 } })
  writeFileSync(first.configFile, written)
})

t.test('a port that is taken is said, and Roam does not start', async (t) => {
  const taken = `127.0.0.1:${portOf(first)}`
  await t.rejects(
    startRoam({ backends: [backend], lines: [`admin: { address: "${taken}" }`, 'log: { format: text }'] }),
    {
      message:
        /port \d+ of 127\.0\.0\.1 is in use by another program; stop that one, or change its address in .*roam\.yaml/,
    },
  )
})

t.test('after a takeover the next process has the port', async (t) => {
  const port = portOf(first)
  writeFileSync(first.configFile, written.replace(address, address.replace(':0', `:${port}`)))
  const second = await first.succeed()
  t.teardown(() => second.close())
  t.equal(await first.exited, 0)
  const deadline = performance.now() + 5_000
  while (Number.isNaN(portOf(second)) && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20))
  t.equal(portOf(second), port)
  t.match(await reload(port), { status: 200 })
})
