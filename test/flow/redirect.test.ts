import http from 'node:http'
import { once } from 'node:events'
import t from 'tap'
import { startRoam } from '../support/roam.ts'

t.test('a plain listener can send everybody to HTTPS, method and path kept', async (t) => {
  const roam = await startRoam(t, { plainListener: 'redirectToHttps: on' })
  const request = http.request({
    host: '127.0.0.1',
    port: roam.plainPort,
    method: 'POST',
    path: '/a%2Fb?c=d',
    headers: { host: 'moodle.example.org:8080' },
  })
  request.end()
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  response.resume()
  t.equal(response.statusCode, 308)
  t.match(response.headers.location, /^https:\/\/moodle\.example\.org(:\d+)?\/a%2Fb\?c=d$/)
  t.equal(roam.backends[0]!.ledger.entries.length, 0, 'no backend was asked')
  t.equal(roam.records.at(-1)!.overheadSeconds, undefined, 'and none waited for')
})
