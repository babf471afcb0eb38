import t from 'tap'
import { createAccess } from '../../../src/http/access.ts'
import type { DownstreamConnection, RequestHead } from '../../../src/core/exchange.ts'

const access = createAccess(['10.0.0.0/8', 'fd00::/8'])
const asks = (remoteAddress: string, ...fields: string[]) =>
  access({ fields } as unknown as RequestHead, { remoteAddress } as DownstreamConnection)

t.test('without a proxy the connection decides', async (t) => {
  t.equal(asks('10.1.2.3', 'accept', '*/*'), true)
  t.equal(asks('192.0.2.1'), false)
})

t.test('a stranger cannot claim to be inside', async (t) => {
  t.equal(asks('192.0.2.1', 'x-forwarded-for', '10.1.2.3'), false)
})

t.test('behind a proxy inside, its client must be inside too', async (t) => {
  const inside = [
    ['x-forwarded-for', '10.9.9.9'],
    ['x-forwarded-for', '10.9.9.9, 10.8.8.8:4711'],
    ['x-forwarded-for', '[fd00::1]:4711'],
    ['x-forwarded-for', 'fd00::1'],
    ['forwarded', 'for=10.9.9.9;proto=https, for="[fd00::1]:4711"'],
  ]
  for (const fields of inside) t.equal(asks('10.1.2.3', ...fields), true, fields.join(': '))
  const outside = [
    ['x-forwarded-for', '192.0.2.1'],
    ['x-forwarded-for', '10.9.9.9, 192.0.2.1'],
    ['x-forwarded-for', '192.0.2.1, 10.9.9.9'],
    ['x-forwarded-for', '10.9.9.9', 'x-forwarded-for', '192.0.2.1'],
    ['x-forwarded-for', 'unknown'],
    ['x-forwarded-for', ''],
    ['forwarded', 'for=192.0.2.1'],
    ['forwarded', 'by=10.1.1.1; For = "192.0.2.1:80"'],
    ['forwarded', 'for=10.9.9.9, for=_hidden'],
  ]
  for (const fields of outside) t.equal(asks('10.1.2.3', ...fields), false, fields.join(': '))
})
