import t from 'tap'
import { createAffinity } from '../../../../src/balancer/affinity/index.ts'
import { resultOf } from '../../../../src/balancer/affinity/affinity.ts'
import type { AffinityConfig } from '../../../../src/config/types.ts'
import type { Backend } from '../../../../src/balancer/backend.ts'
import { backendsOfWeight } from '../../../support/backends.ts'
import { always, CLIENT, except, head, SECRET, three } from './support.ts'

const CONFIG: AffinityConfig = { by: 'cookie', cookie: 'roam_backend', maxAgeSeconds: undefined, keys: [] }
const create = (changes: object = {}, pool = 'moodle', secret = SECRET) =>
  createAffinity({ ...CONFIG, ...changes }, pool, secret)

const NOBODY = { backend: undefined, result: 'new', byCookie: true } as const
/** What a browser sends back. */
const cookieFor = (backend: Backend, affinity = create()) =>
  affinity.fieldsFor(NOBODY, backend, true)[1]!.split(';')[0]!
const withCookie = (cookie: string) => head(['accept', '*/*', 'cookie', cookie])

t.test('a client without a cookie is new and gets one', async (t) => {
  const affinity = create()
  const [a] = three()
  const pin = affinity.pinOf(head(), CLIENT, [a!], always)
  t.equal(pin.backend, undefined)
  t.equal(resultOf(pin, a!), 'new')
  t.match(affinity.fieldsFor(pin, a!, true), [
    'set-cookie',
    /^roam_backend=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
  ])
})

t.test('the cookie brings it back, and is not set again', async (t) => {
  const affinity = create()
  const backends = three()
  for (const own of backends) {
    const pin = affinity.pinOf(
      withCookie(`a=1; ${cookieFor(own)}; MoodleSession=x`),
      CLIENT,
      backends,
      always,
    )
    t.equal(pin.backend, own)
    t.equal(resultOf(pin, own), 'hit')
    t.same(affinity.fieldsFor(pin, own, true), [])
  }
})

t.test('no Secure where the client came without TLS, Max-Age where it is configured', async (t) => {
  const [a] = three()
  const fields = create({ maxAgeSeconds: 28_800 }).fieldsFor(NOBODY, a!, false)
  t.match(fields[1], /^roam_backend=[\w-]{32}; Max-Age=28800; Path=\/; HttpOnly; SameSite=Lax$/)
})

t.test('a client whose backend cannot take it has moved, and gets the cookie of another', async (t) => {
  const affinity = create()
  const [a, b, c] = three()
  const pin = affinity.pinOf(withCookie(cookieFor(a!)), CLIENT, [a!, b!, c!], except(a!))
  t.equal(pin.backend, undefined)
  t.equal(resultOf(pin, b!), 'moved')
  t.equal(affinity.fieldsFor(pin, b!, true)[1]!.split(';')[0], cookieFor(b!))
})

t.test('so has one that waited for its backend in vain', async (t) => {
  const affinity = create()
  const [a, b] = three()
  const pin = affinity.pinOf(withCookie(cookieFor(a!)), CLIENT, [a!, b!], always)
  t.equal(pin.backend, a)
  t.equal(resultOf(pin, b!), 'moved')
  t.equal(affinity.fieldsFor(pin, b!, true).length, 2)
})

t.test(
  'a backend that left the pool is unknown, not a forgery; one that came is known at once',
  async (t) => {
    const affinity = create()
    const [a, b, c] = three()
    const request = withCookie(cookieFor(c!))
    t.equal(affinity.pinOf(request, CLIENT, [a!, b!], always).result, 'moved')
    t.equal(affinity.pinOf(request, CLIENT, [a!, b!, c!], always).backend, c)
  },
)

t.test('a restart, another member and a new object for the same backend change nothing', async (t) => {
  const [a] = three()
  const [again] = three()
  t.equal(create().pinOf(withCookie(cookieFor(a!)), CLIENT, [again!], always).backend, again)
  t.equal(cookieFor(a!), 'roam_backend=1qRVQDOvcWuNAOtDm5zltOUsYGBUQxtk', 'nor does an upgrade of Roam')
})

t.test('cookies of another secret, of another pool and of nobody are invalid', async (t) => {
  const backends = three()
  const own = cookieFor(backends[0]!)
  for (const cookie of [
    cookieFor(backends[0]!, create({}, 'moodle', Buffer.alloc(32, 8))),
    cookieFor(backends[0]!, create({}, 'files')),
    'roam_backend=a',
    'roam_backend=',
    `${own}A`,
    own.slice(0, -1),
    own.slice(0, -20) + cookieFor(backends[1]!).slice(-20),
    `roam_backend=${'A'.repeat(32)}`,
  ]) {
    const pin = create().pinOf(withCookie(cookie), CLIENT, backends, always)
    t.equal(pin.result, 'invalid', cookie)
    t.equal(pin.backend, undefined)
    t.equal(create().fieldsFor(pin, backends[1]!, true).length, 2, 'it gets a good one')
  }
})

t.test('each character of a cookie counts', async (t) => {
  const [a] = three()
  const own = cookieFor(a!)
  const start = 'roam_backend='.length
  for (let i = start; i < own.length; i++) {
    const other = own.slice(0, i) + (own[i] === 'A' ? 'B' : 'A') + own.slice(i + 1)
    t.equal(
      create().pinOf(withCookie(other), CLIENT, [a!], always).result,
      'invalid',
      `character ${i - start}`,
    )
  }
})

t.test('of several cookies of the name the first good one counts, and few are looked at', async (t) => {
  const backends = three()
  const [a, b] = backends
  const junk = `roam_backend=${'x'.repeat(32)}; `
  const pinOf = (cookie: string) => create().pinOf(withCookie(cookie), CLIENT, backends, always)
  t.equal(pinOf(`${junk}${cookieFor(b!)}; ${cookieFor(a!)}`).backend, b)
  const [gone] = backendsOfWeight([1]).map((one) => Object.assign(one, { id: 'gone' }))
  t.equal(pinOf(`${cookieFor(gone!)}; ${cookieFor(b!)}`).backend, b, 'after one of a backend that left')
  t.equal(pinOf(`${junk.repeat(3)}${cookieFor(b!)}`).backend, b)
  t.equal(pinOf(`${junk.repeat(4)}${cookieFor(b!)}`).result, 'invalid')
})

t.test('no cookie tells the name of its backend, and no two backends have the same', async (t) => {
  const values = three().map((one) => Buffer.from(cookieFor(one).split('=')[1]!, 'base64url'))
  t.equal(new Set(values.map((one) => one.toString('hex'))).size, 3)
  for (const value of values) t.equal(value.length, 24)
})

t.test('a client without a cookie but with a key is pinned by the key, and no cookie is set', async (t) => {
  const affinity = create({ keys: [{ from: 'query', name: 'wstoken' }] })
  const backends = three()
  const request = head([], '/webservice/rest/server.php?wstoken=abc')
  const pin = affinity.pinOf(request, CLIENT, backends, always)
  t.ok(pin.backend)
  t.equal(pin.result, 'hit')
  t.same(affinity.fieldsFor(pin, pin.backend!, true), [])
  const instead = affinity.pinOf(request, CLIENT, backends, except(pin.backend!))
  t.equal(instead.result, 'moved')
  t.same(affinity.fieldsFor(instead, instead.backend!, true), [])
})

t.test('the cookie is stronger than a key', async (t) => {
  const affinity = create({ keys: [{ from: 'header', name: 'authorization' }] })
  const backends = three()
  for (const own of backends) {
    const request = head(['authorization', 'Bearer x', 'cookie', cookieFor(own)])
    t.equal(affinity.pinOf(request, CLIENT, backends, always).backend, own)
  }
})
