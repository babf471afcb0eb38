import t from 'tap'
import { configOf, messagesOf, yaml } from './support.ts'

const { metrics, trustedProxies } = configOf(
  yaml({ metrics: '{ allow: [loopback, 10.1.2.3, 2001:db8::/32] }', trustedProxies: '[private]' }),
)
t.strictSame(
  metrics.allow,
  ['127.0.0.0/8', '::1/128', '10.1.2.3/32', '2001:db8::/32'],
  'words and addresses are expanded',
)
t.ok(trustedProxies.includes('192.168.0.0/16'))
for (const wrong of ['10.1/16', '010.0.0.0/8', '10.0.0.0/33', '999.1.1.1', 'localhost', '']) {
  t.match(
    messagesOf(yaml({ metrics: `{ allow: ["${wrong}"] }` })),
    [/metrics\.allow\[0\]: must be an address, a range/],
    wrong,
  )
}
