import t from 'tap'
import { createTrust } from '../../../src/http/trust.ts'

t.test('a range that is none is refused at once', (t) => {
  for (const range of ['10.0.0.0/33', 'ten', '', '::/129', '10.0.0.0/'])
    t.throws(() => createTrust([range]), range)
  t.end()
})

t.test('nobody is trusted by default', (t) => {
  t.equal(createTrust([])('127.0.0.1'), false)
  t.end()
})

t.test('addresses inside and outside', (t) => {
  const trusted = createTrust(['10.0.0.0/8', 'fd00::/8', '192.0.2.1', '2001:db8::1', '::ffff:172.16.0.0/108'])
  const cases: readonly (readonly [string, boolean])[] = [
    ['10.1.2.3', true],
    ['11.0.0.1', false],
    ['::ffff:10.1.2.3', true],
    ['fd12::1', true],
    ['fe80::1', false],
    ['192.0.2.1', true],
    ['192.0.2.2', false],
    ['2001:db8::1', true],
    ['2001:db8::2', false],
    ['172.16.5.5', true],
    ['::10.1.2.3', false],
    ['not an address', false],
    ['', false],
  ]
  for (const [address, expected] of cases) t.equal(trusted(address), expected, address)
  for (const [address, expected] of cases)
    t.equal(trusted(address), expected, `${address} again, from memory`)
  t.end()
})

t.test('strangers do not fill the memory', (t) => {
  const trusted = createTrust(['10.0.0.0/8'])
  for (let i = 0; i < 20_000; i++) trusted(`11.0.${i >> 8}.${i & 255}`)
  t.equal(trusted('10.0.0.1'), true)
  t.end()
})
