import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { startRoam } from '../support/roam.ts'

const REQUESTS = 3_000
const SECONDS = 5
/** How many of them come at once. */
const BURST = 60
const MAX_REQUESTS = 4
/** Three backends with four places each serve 400 a second at most, and 600 come. */
const SERVICE_MS = 30

/** Counts what it has in hand, and keeps the paths it was asked for. */
async function backend(t: Test) {
  let inHand = 0
  const seen = { most: 0, paths: [] as string[] }
  const server = http.createServer((request, response) => {
    seen.most = Math.max(seen.most, ++inHand)
    seen.paths.push(request.url!)
    setTimeout(() => {
      inHand--
      response.end(request.url)
    }, SERVICE_MS)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

t.test('a spike beyond what the backends can do is queued and served, each request once', async (t) => {
  const backends = await Promise.all([backend(t), backend(t), backend(t)])
  const roam = await startRoam(t, {
    backendUrls: backends.map(({ url }) => url),
    backend: `maxRequests: ${MAX_REQUESTS}`,
    pool: `queue: { size: ${REQUESTS}, timeout: 60s }`,
  })
  const waited: string[] = []
  let deepest = 0
  roam.events.on('queue:enter', ({ position }) => (deepest = Math.max(deepest, position)))
  roam.events.on('queue:leave', ({ outcome }) => waited.push(outcome))
  const agent = new http.Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const get = (path: string) =>
    new Promise<string>((resolve) => {
      const request = http.get({ port: roam.plainPort, host: '127.0.0.1', path, agent }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => (body += text))
        response.on('end', () => resolve(`${response.statusCode} ${body}`))
      })
      request.on('error', (error) => resolve(error.message))
    })

  const answers: Promise<string>[] = []
  for (let i = 0; i < REQUESTS; i++) {
    if (i > 0 && i % BURST === 0) await sleep((SECONDS * 1000 * BURST) / REQUESTS)
    answers.push(get(`/${i}`))
  }
  const wrong = (await Promise.all(answers)).filter((answer, i) => answer !== `200 /${i}`)
  t.same(wrong, [], 'every request got its own answer')
  const paths = backends.flatMap(({ seen }) => seen.paths)
  t.equal(paths.length, REQUESTS, 'the backends got no more')
  t.equal(new Set(paths).size, REQUESTS, 'none was sent twice')
  for (const { seen } of backends)
    t.equal(seen.most, MAX_REQUESTS, 'a backend is full, and never more than that')
  t.ok(deepest > REQUESTS / 10, `the line was ${deepest} long`)
  t.ok(
    waited.every((outcome) => outcome === 'served'),
    'nobody waited in vain',
  )
  const long = roam.records.filter(({ queueSeconds }) => queueSeconds > 0.5)
  t.ok(long.length > REQUESTS / 10, 'the records tell it too')
})
