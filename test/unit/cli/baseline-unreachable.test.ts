import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { deadUrl } from '../../support/dead-url.ts'
import { roam } from './support.ts'

t.test('Prometheus does not answer: one line, no file', async (t) => {
  const file = join(t.testdir(), 'b.json')
  const url = await deadUrl()
  t.strictSame(await roam(['baseline', 'export', '--prometheus', url, '--out', file]), {
    code: 1,
    stdout: '',
    stderr: `roam: ${url}/api/v1/query: nothing listens on TCP port ${new URL(url).port}\n`,
  })
  t.notOk(existsSync(file))
})

t.test('somebody else answers', async (t) => {
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { code, stderr } = await roam([
    'baseline',
    'export',
    '--prometheus',
    url,
    '--out',
    join(t.testdir(), 'b'),
  ])
  t.equal(code, 1)
  t.equal(stderr, `roam: ${url}: it answers 200 (text/html) where Prometheus answers JSON\n`)
})

t.test('a password in the URL is used, and not repeated', async (t) => {
  let asked: string | undefined
  const server = createServer((request, response) => {
    asked = request.headers.authorization
    response.writeHead(403).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const url = `http://me:s%3Acret@127.0.0.1:${port}/prometheus`
  const { stderr } = await roam(['baseline', 'export', '--prometheus', url, '--out', join(t.testdir(), 'b')])
  t.equal(asked, `Basic ${Buffer.from('me:s:cret').toString('base64')}`)
  t.match(stderr, `roam: http://127.0.0.1:${port}/prometheus: it answers 403`)
})

t.test('mistyped arguments', async (t) => {
  const said = async (...args: string[]) => (await roam(['baseline', ...args])).stderr
  t.match(await said('export'), /^roam: required option '--out <file>' not specified\n$/)
  t.match(await said('export', '--out', 'x', '--days', '0'), /whole number from 1 to 366/)
  t.match(await said('export', '--out', 'x', '--until', 'monday'), /ISO 8601 date/)
  t.match(await said('export', '--out', 'x', '--until', '2026-11-20T03:00'), /with its zone/)
  t.match(await said('export', '--out', 'x', '--prometheus', 'localhost:9090'), /starts with http:\/\//)
  t.match(await said('show', 'none.json'), /^roam: none\.json does not exist\n$/)
})
