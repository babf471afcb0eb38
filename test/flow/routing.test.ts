import { ask, header } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

const ROUTES = `[
  { host: "*", path: /echo, pool: app, methods: [GET, POST] },
  { host: "*", path: /status/200, match: exact, pool: app, class: quiz },
  { host: "moodle.example.org", path: /, pool: app, class: webservice },
  ]`

onEachProtocol(
  'a method that no route of the path takes is 405, and Allow lists them',
  async (t, protocol) => {
    const roam = await startRoam(t, { routes: ROUTES })
    for (const method of ['GET', 'POST'])
      t.equal((await ask(roam, protocol, { method, path: '/echo' })).status, 200, method)
    const answer = await ask(roam, protocol, { method: 'DELETE', path: '/echo' })
    t.equal(answer.status, 405)
    t.equal(header(answer.headers, 'allow'), 'GET, POST')
    t.equal(roam.records.at(-1)!.error, 'METHOD_NOT_ALLOWED')
    t.equal(roam.backends[0]!.ledger.entries.length, 2, 'no backend was asked')
  },
)

onEachProtocol('an exact path matches nothing below it', async (t, protocol) => {
  const roam = await startRoam(t, { routes: ROUTES })
  t.equal((await ask(roam, protocol, { path: '/status/200?a=b' })).status, 200)
  t.equal((await ask(roam, protocol, { path: '/status/200/' })).status, 404)
})

onEachProtocol('a route may say what class its requests are of', async (t, protocol) => {
  const roam = await startRoam(t, { routes: ROUTES })
  await ask(roam, protocol, { path: '/status/200' })
  t.equal(roam.records.at(-1)!.routeClass, 'quiz')
})
