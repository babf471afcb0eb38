import t from 'tap'
import { addressesCollide, formatAddress, parseAddress } from '../../../src/config/address.ts'

t.strictSame(parseAddress(':9443'), { host: '', port: 9443 })
t.strictSame(parseAddress('0.0.0.0:9443'), { host: '0.0.0.0', port: 9443 })
t.strictSame(parseAddress('127.0.0.1:0'), { host: '127.0.0.1', port: 0 })
t.strictSame(parseAddress('[::1]:9443'), { host: '::1', port: 9443 })
for (const wrong of [
  '9443',
  'localhost:9443',
  '::1:9443',
  '[::1]',
  '127.0.0.1',
  ':65536',
  '[1.2.3.4]:1',
  '256.0.0.1:1',
]) {
  t.equal(parseAddress(wrong), undefined, wrong)
}
t.equal(formatAddress({ host: '::1', port: 1 }), '[::1]:1')
t.equal(formatAddress({ host: '', port: 1 }), ':1')

const collide = (a: string, b: string) => addressesCollide(parseAddress(a)!, parseAddress(b)!)
t.ok(collide(':1', '127.0.0.1:1'))
t.ok(collide('0.0.0.0:1', '127.0.0.1:1'))
t.ok(collide('[::]:1', '[::1]:1'))
t.notOk(collide('0.0.0.0:1', '[::1]:1'))
t.notOk(collide('127.0.0.1:1', '127.0.0.2:1'))
t.notOk(collide(':0', ':0'), 'port 0 is a new one each time')
