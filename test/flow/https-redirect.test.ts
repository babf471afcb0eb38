import http from 'node:http'
import { once } from 'node:events'
import t from 'tap'
import { startRoam } from '../support/roam.ts'

t.test(
  'a redirect to HTTPS has what its route adds, but HSTS, which means nothing in plain text',
  async (t) => {
    const roam = await startRoam(t, {
      plainListener: 'redirectToHttps: on',
      routes: `[{ host: "*", path: /, pool: app, responseHeaders: { set: {
      Strict-Transport-Security: max-age=60, X-Robots-Tag: noindex, Location: "https://evil.test/" } } }]`,
    })
    const [response] = (await once(
      http.get(`http://127.0.0.1:${roam.plainPort}/a`, { agent: false }),
      'response',
    )) as [http.IncomingMessage]
    response.resume()
    t.equal(response.statusCode, 308)
    t.equal(response.headers['x-robots-tag'], 'noindex')
    t.equal(response.headers['strict-transport-security'], undefined)
    t.match(
      response.headers.location,
      /^https:\/\/127\.0\.0\.1(:\d+)?\/a$/,
      'where it goes is not for a rule',
    )
  },
)
