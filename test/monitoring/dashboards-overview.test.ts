import t from 'tap'
import { DASHBOARDS } from '../../monitoring/dashboards/index.ts'
import { panels } from './support/dashboards.ts'

t.test('the overview is the dashboard of the specification: its title, and its seven panels first', (t) => {
  const overview = DASHBOARDS['roam-overview']()
  t.equal(overview.title, 'QUIC Load Balancer Overview')
  t.same(
    panels(overview)
      .slice(0, 7)
      .map(({ title }) => title),
    [
      'Request Rate',
      'Active Connections',
      'Connection Migrations',
      'Backend Health',
      'Response Time',
      'Packet Loss',
      'RTT',
    ],
  )
  t.end()
})
