import t from 'tap'
import { createAffinity } from '../../../../src/balancer/affinity/index.ts'
import type { Backend } from '../../../../src/balancer/backend.ts'
import { backendsOfWeight } from '../../../support/backends.ts'
import { always, CLIENT, except, head, SECRET, three } from './support.ts'

const AFFINITY = createAffinity(
  { by: 'hash', keys: [{ from: 'cookie', name: 'MoodleSession' }] },
  'moodle',
  SECRET,
)
const pinOf = (session: string, backends: readonly Backend[], usable = always as (one: Backend) => boolean) =>
  AFFINITY.pinOf(head(['cookie', `MoodleSession=${session}`]), CLIENT, backends, usable)
const SESSIONS = Array.from({ length: 1000 }, (_, i) => `session${i}`)

t.test('the same key has the same backend, and no cookie is set', async (t) => {
  const backends = three()
  for (const session of SESSIONS.slice(0, 20)) {
    const pin = pinOf(session, backends)
    t.equal(pin.result, 'hit')
    t.equal(pinOf(session, backends.toReversed()).backend, pin.backend)
    t.same(AFFINITY.fieldsFor(pin, backends[0]!, true), [])
  }
})

t.test('a request without the key is new', async (t) => {
  t.match(AFFINITY.pinOf(head(), CLIENT, three(), always), { backend: undefined, result: 'new' })
})

t.test(
  'while a backend is down its clients are elsewhere, each at one place, and nobody else moves',
  async (t) => {
    const backends = three()
    const [a] = backends
    for (const session of SESSIONS) {
      const before = pinOf(session, backends)
      const now = pinOf(session, backends, except(a!))
      t.equal(now.result, before.backend === a ? 'moved' : 'hit')
      t.equal(now.backend === before.backend, before.backend !== a)
      t.equal(pinOf(session, backends, except(a!)).backend, now.backend)
    }
  },
)

t.test('a draining backend gets no client by a hash: every one might be new', async (t) => {
  const backends = three()
  backends[0]!.adminState = 'draining'
  t.notOk(SESSIONS.some((session) => pinOf(session, backends).backend === backends[0]))
})

t.test('weight 0 is no home', async (t) => {
  const backends = backendsOfWeight([0, 1, 1])
  for (const session of SESSIONS) {
    const pin = pinOf(session, backends)
    t.not(pin.backend, backends[0])
    t.equal(pin.result, 'hit')
  }
})

t.test('backups count where no other is usable', async (t) => {
  const [a, b, spare] = three()
  Object.defineProperty(spare, 'backup', { value: true })
  for (const session of SESSIONS.slice(0, 50)) {
    t.not(pinOf(session, [a!, b!, spare!]).backend, spare)
    t.match(pinOf(session, [a!, b!, spare!], except(a!, b!)), { backend: spare, result: 'moved' })
  }
})

t.test('with nobody usable the pool decides', async (t) => {
  t.match(
    pinOf('x', three(), () => false),
    { backend: undefined, result: 'moved' },
  )
})
