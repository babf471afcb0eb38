/** docker-compose 1.29, which many machines still have, understands the file and every setting in it. */
import t from 'tap'
import { skipWithout } from '../support/client-tools.ts'
import { composeV1 } from './support/compose.ts'

const skip = skipWithout('docker-compose', 'docker-compose')

t.test('the parts that the commands of the documents name run without any profile', { skip }, async (t) => {
  const { services } = await composeV1()
  const plain = Object.entries(services).filter(([, { profiles }]) => profiles === undefined)
  t.same(plain.map(([name]) => name).sort(), ['alertmanager', 'grafana', 'node-exporter', 'prometheus'])
})

t.test('settings', { skip }, async (t) => {
  const before = await composeV1()
  t.ok(before.services['prometheus']?.command?.includes('--storage.tsdb.retention.time=200h'))
  t.equal(before.services['grafana']?.environment?.['GF_SECURITY_ADMIN_PASSWORD'], 'admin123')
  const settings = { PROMETHEUS_RETENTION: '30d', GF_SECURITY_ADMIN_PASSWORD: 'better' }
  const after = await composeV1(settings)
  t.ok(after.services['prometheus']?.command?.includes('--storage.tsdb.retention.time=30d'))
  t.equal(after.services['grafana']?.environment?.['GF_SECURITY_ADMIN_PASSWORD'], 'better')
})
