import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { setScene } from '../support/acceptance.ts'
import { curl } from '../support/client-curl.ts'
import { buildQuinnClient, quinnGet } from '../support/client-quinn.ts'

t.setTimeout(300_000)
t.test('a process that cannot start leaves everything with the one that runs', async (t) => {
  await buildQuinnClient()
  const { roam } = await setScene(t)
  const client = { port: roam.port, ca: roam.caFile, path: '/' }
  const serves = async (what: string) => {
    for (const protocol of ['http/1.1', 'h2'] as const) {
      const got = await curl({ ...client, protocol })
      t.equal(got.code, 0, `${what}: ${protocol} ${got.stderr}`)
    }
    const { connections } = await quinnGet(client)
    t.match(connections, [{ requests: [{ status: 200 }] }], `${what}: h3`)
  }
  const taken = createServer().listen(0, '127.0.0.1')
  t.teardown(() => taken.close())
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const sound = readFileSync(roam.configFile, 'utf8')
  const another = `  - { address: "127.0.0.1:${port}", protocols: [http/1.1], certificates: [] }\n`

  writeFileSync(roam.configFile, sound.replace('pools:\n', `${another}pools:\n`))
  await t.rejects(roam.succeed(), { message: /roam: port \d+ of 127.0.0.1 is in use by another program/ })
  await serves('after a port that is taken')
  t.ok(
    roam.log.some((line) => line.includes('a takeover came to nothing')),
    'the old process says so',
  )

  writeFileSync(roam.configFile, `${sound}nonsense: 1\n`)
  await t.rejects(roam.succeed(), { message: /nonsense/ })
  await serves('after a wrong configuration')

  writeFileSync(roam.configFile, sound)
  const successor = await roam.succeed()
  t.teardown(() => successor.close())
  t.equal(await roam.exited, 0)
  await serves('after a takeover')
})

t.test('without a running process a takeover is a plain start', async (t) => {
  const { roam } = await setScene(t, { protocols: ['http/1.1'] })
  roam.signal('SIGTERM')
  t.equal(await roam.exited, 0)
  const successor = await roam.succeed()
  t.teardown(() => successor.close())
  t.ok(successor.log.some((line) => line.includes('no running process was found to take over from')))
  successor.signal('SIGKILL')
  await successor.exited
  const third = await successor.succeed()
  t.teardown(() => third.close())
  t.ok(
    third.log.some((line) => line.includes('no running process was found')),
    'killed is gone as well',
  )
})
