import type { LookupAddress } from 'node:dns'
import t from 'tap'
import { Addresses } from '../../../src/upstream/addresses.ts'
import { FakeClock, settled } from '../../support/virtual-time.ts'

const REFRESH_MS = 30_000

/** A name server that answers what it is told; '' fails. */
function nameServer(...answers: string[]) {
  const clock = new FakeClock()
  const changes: (readonly string[])[] = []
  let asked = 0
  const addresses = new Addresses('moodle.test', {
    clock,
    refreshMs: REFRESH_MS,
    changed: (now) => changes.push(now),
    resolve: async (name) => {
      const answer = answers[Math.min(asked++, answers.length - 1)] ?? ''
      await settled()
      if (answer === 'fails')
        throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' })
      return answer === '' ? [] : answer.split(' ').map((address): LookupAddress => ({ address, family: 4 }))
    },
  })
  const all = async () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    addresses.lookup('moodle.test', { all: true }, (error, found) => {
      if (error !== null) reject(error)
      else resolve((found as LookupAddress[]).map(({ address }) => address).join(' '))
    })
    return await promise
  }
  const later = async () => {
    clock.advance(REFRESH_MS)
    await settled()
    await settled()
  }
  return { addresses, all, later, changes, clock, asked: () => asked }
}

t.test('each connection begins with the next address', async (t) => {
  const { all, asked } = nameServer('1.1.1.1 2.2.2.2 3.3.3.3')
  t.strictSame(await Promise.all([all(), all()]), ['1.1.1.1 2.2.2.2 3.3.3.3', '2.2.2.2 3.3.3.3 1.1.1.1'])
  t.equal(await all(), '3.3.3.3 1.1.1.1 2.2.2.2')
  t.equal(asked(), 1, 'one lookup for all who ask at once, and none for who comes later')
})

t.test('other addresses are told, the same in another order are not', async (t) => {
  const { all, later, changes } = nameServer('1.1.1.1 2.2.2.2', '2.2.2.2 1.1.1.1', '2.2.2.2 4.4.4.4')
  await all()
  await later()
  t.strictSame(changes, [])
  await later()
  t.strictSame(changes, [['2.2.2.2', '4.4.4.4']])
})

t.test('a lookup that fails leaves the last good addresses', async (t) => {
  const { all, later, changes } = nameServer('1.1.1.1', 'fails', '', '5.5.5.5')
  await all()
  await later()
  await later()
  t.equal(await all(), '1.1.1.1', 'an answer without addresses is a failure too')
  t.strictSame(changes, [])
  await later()
  t.equal(await all(), '5.5.5.5')
})

t.test('while there is no address, each connection asks again', async (t) => {
  const { all, later, asked } = nameServer('fails', '', '1.1.1.1')
  await t.rejects(all(), { code: 'ENOTFOUND' })
  await t.rejects(all(), { code: 'ENOTFOUND', message: 'moodle.test has no address' })
  await later()
  t.equal(asked(), 2, 'and nobody else does')
  t.equal(await all(), '1.1.1.1')
})

t.test('after the end nobody asks', async (t) => {
  const { addresses, all, clock } = nameServer('1.1.1.1')
  await all()
  addresses.close()
  t.strictSame(clock.pending, [])
})

t.test('who wants one address gets one', (t) => {
  const { addresses, all } = nameServer('1.1.1.1')
  void all().then(() => {
    addresses.lookup('moodle.test', {}, (error, address, family) => {
      t.strictSame([error, address, family], [null, '1.1.1.1', 4])
      t.end()
    })
  })
})
