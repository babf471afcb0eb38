/** Something that answers in Prometheus's manner, and is another program. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { deadUrl } from '../support/dead-url.ts'
import { doctor } from './cli-doctor-support.ts'

t.test('an answer that lacks what Prometheus says is told, and the other checks go on', async (t) => {
  const server = createServer((_, response) => response.end('{"status":"success","data":[]}'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { checks } = await doctor('--url', await deadUrl(), '--prometheus', url, '--no-grafana')
  t.match(checks['prometheus'], /^fail: .* has no version: that is not Prometheus → /)
  t.equal(checks['rules'], 'skip: Prometheus does not answer')
})
