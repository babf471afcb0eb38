import t from 'tap'
import { OTHER_NETWORK, createNetworkOf } from '../../../src/telemetry/networks.ts'
import { SAMPLE, config, telemetry } from './support.ts'

const networks = new Map([
  ['campus', ['10.20.0.0/16', '2001:db8::/32']],
  ['mobile', ['100.64.0.0/10']],
])

t.test('an address is in the network whose range holds it', (t) => {
  const networkOf = createNetworkOf(networks)
  t.equal(networkOf('10.20.3.4'), 'campus')
  t.equal(networkOf('10.21.3.4'), OTHER_NETWORK)
  t.equal(networkOf('2001:db8::1'), 'campus')
  t.equal(networkOf('100.64.0.1'), 'mobile')
  t.equal(networkOf('::ffff:100.64.0.1'), 'mobile', 'as a socket of both families reports IPv4')
  t.equal(networkOf('100.64.0.1'), 'mobile', 'the second time too')
  t.end()
})

t.test('what is no address is in no network', (t) => {
  const networkOf = createNetworkOf(networks)
  t.equal(networkOf(''), OTHER_NETWORK)
  t.equal(networkOf('fe80::1%eth0'), OTHER_NETWORK)
  t.equal(networkOf('moodle.example.org'), OTHER_NETWORK)
  t.end()
})

t.test('a client that moves is counted in the network it arrived in', async (t) => {
  const { events, value } = telemetry({ config: config(undefined, { networks }) })
  events.emit('transport:sample', {
    connection: 1,
    remoteAddress: '10.20.3.4',
    sample: { ...SAMPLE, packetsSent: 10 },
  })
  events.emit('transport:path', {
    connection: 1,
    remoteAddress: '10.20.3.4',
    event: {
      kind: 'migrated',
      reason: 'address_change',
      success: true,
      seconds: 0.1,
      remoteAddress: '100.64.0.1',
      remotePort: 4433,
      wasIdle: false,
    },
  })
  events.emit('transport:sample', {
    connection: 1,
    remoteAddress: '100.64.0.1',
    sample: { ...SAMPLE, packetsSent: 7 },
  })
  t.equal(await value('quic_packets_sent_total{network="campus"}'), 10)
  t.equal(await value('quic_packets_sent_total{network="mobile"}'), 7)
  t.equal(
    await value('quic_connection_migrations_total{reason="address_change",success="true",network="mobile"}'),
    1,
  )
})

t.test('one hundred thousand addresses are not all remembered', (t) => {
  const networkOf = createNetworkOf(networks)
  const before = process.memoryUsage().heapUsed
  for (let index = 0; index < 100_000; index++)
    networkOf(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`)
  t.ok(process.memoryUsage().heapUsed - before < 50_000_000)
  t.end()
})
