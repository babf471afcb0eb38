import type { LookupAddress } from 'node:dns'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createUpstream } from '../../../src/upstream/undici.ts'
import { FakeClock, settled } from '../../support/virtual-time.ts'
import { ask, backendAt } from './support.ts'

/** Answers its own address; an unfinished answer is kept in `open`. */
async function nodeAt(t: Test, address: string, port = 0) {
  const open: ServerResponse[] = []
  let connections = 0
  const server = createServer((request, response) => {
    response.write(address)
    if (request.headers.host === 'slow') open.push(response)
    else response.end()
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(port, address, resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, open, connections: () => connections }
}

const second = process.platform !== 'linux' && 'only Linux has 127.0.0.2 by itself'
t.test(
  'new addresses take over the next request, running ones finish on the old',
  { skip: second },
  async (t) => {
    const one = await nodeAt(t, '127.0.0.1')
    const two = await nodeAt(t, '127.0.0.2', one.port)
    const clock = new FakeClock()
    const told: unknown[] = []
    let answer: LookupAddress[] = [{ address: '127.0.0.1', family: 4 }]
    const upstream = createUpstream({
      clock,
      resolve: () => Promise.resolve(answer),
      resolved: (...news) => told.push(news),
    })
    t.teardown(() => upstream.close())
    const backend = backendAt(`http://moodle.test:${one.port}`, { dnsRefreshMs: 5000 })

    t.match(await ask(upstream, backend), { body: '127.0.0.1' })
    const began = Promise.withResolvers<undefined>()
    const slow = ask(upstream, backend, { host: 'slow', onHead: () => began.resolve(undefined) })
    await began.promise

    answer = [{ address: '127.0.0.2', family: 4 }]
    clock.advance(5000)
    await settled()
    t.strictSame(told, [['b', ['127.0.0.2']]])
    t.match(await ask(upstream, backend), { body: '127.0.0.2' })
    t.equal(upstream.connections(backend).active, 1, 'the slow one still counts')
    one.open[0]?.end(' to the end')
    t.match(await slow, { status: 200, body: '127.0.0.1 to the end' })
    await settled()
    t.equal(upstream.connections(backend).active, 0)
    t.equal(two.connections(), 1)
  },
)

t.test('one address of several that is dead costs no request', async (t) => {
  const node = await nodeAt(t, '127.0.0.1')
  const upstream = createUpstream({
    resolve: () =>
      Promise.resolve([
        { address: '127.0.0.3', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]),
  })
  t.teardown(() => upstream.close())
  t.match(await ask(upstream, backendAt(`http://moodle.test:${node.port}`)), { body: '127.0.0.1' })
})

t.test('a name that nobody knows', async (t) => {
  const upstream = createUpstream({
    resolve: () =>
      Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND moodle.test'), { code: 'ENOTFOUND' })),
  })
  t.teardown(() => upstream.close())
  await t.rejects(ask(upstream, backendAt('http://moodle.test')), {
    code: 'UPSTREAM_REFUSED',
    message: /cannot connect \(getaddrinfo ENOTFOUND moodle\.test\)/,
  })
})

t.test('other settings connect anew, a forgotten backend finishes what runs', async (t) => {
  const node = await nodeAt(t, '127.0.0.1')
  const upstream = createUpstream()
  t.teardown(() => upstream.close())
  const backend = backendAt(`http://127.0.0.1:${node.port}`)
  await ask(upstream, backend)
  await settled()
  await ask(upstream, backend)
  await settled()
  t.equal(node.connections(), 1)
  backend.upstream = { ...backend.upstream }
  await ask(upstream, backend)
  t.equal(node.connections(), 2)

  const began = Promise.withResolvers<undefined>()
  const slow = ask(upstream, backend, { host: 'slow', onHead: () => began.resolve(undefined) })
  await began.promise
  upstream.forget(backend)
  t.strictSame(upstream.connections(backend), { active: 0, idle: 0, pending: 0 })
  node.open[0]?.end()
  t.match(await slow, { status: 200 })
  upstream.forget(backend)
})

t.test('names of backends that are gone are not looked up any more', async (t) => {
  const node = await nodeAt(t, '127.0.0.1')
  const clock = new FakeClock()
  const upstream = createUpstream({
    clock,
    resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
  })
  const [one, two] = [backendAt(`http://one.test:${node.port}`), backendAt(`http://two.test:${node.port}`)]
  await Promise.all([ask(upstream, one), ask(upstream, two)])
  t.equal(clock.pending.length, 2)
  one.upstream = { ...one.upstream }
  await ask(upstream, one)
  t.equal(clock.pending.length, 2, 'one lookup a backend, other settings or not')
  upstream.forget(one)
  t.equal(clock.pending.length, 1)
  await upstream.close()
  t.equal(clock.pending.length, 0)
})

t.test('closing cuts what runs, of forgotten backends too', async (t) => {
  const node = await nodeAt(t, '127.0.0.1')
  const upstream = createUpstream()
  const backend = backendAt(`http://127.0.0.1:${node.port}`)
  const began = Promise.withResolvers<undefined>()
  const slow = ask(upstream, backend, { host: 'slow', onHead: () => began.resolve(undefined) })
  await began.promise
  upstream.forget(backend)
  const cut = t.rejects(slow, { code: /^(DRAINING|UPSTREAM_TRUNCATED)$/ })
  await upstream.close()
  await cut
})
