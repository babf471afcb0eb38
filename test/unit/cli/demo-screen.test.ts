import t from 'tap'
import { renderScreen } from '../../../src/cli/demo/screen.ts'

const backends = [1, 2, 3].map((n) => ({ id: `moodle-${n}`, port: 8000 + n, pid: 4_194_300 + n }))
const facts = {
  version: '0.1.0',
  port: 9443,
  plainPort: 8080,
  backends,
  authority: 'certs/dev-ca.pem',
  logFile: 'roam-demo.log',
}
const lines = renderScreen(facts).split('\n')
t.ok(lines.length < 24, 'one screen')
t.ok(Math.max(...lines.map((line) => line.length)) < 100)
for (const command of [
  'curl -k --http1.1 https://localhost:9443/',
  'curl -k --http2 https://localhost:9443/',
  'curl -k --http3-only https://localhost:9443/',
  'npx roam probe https://localhost:9443/ --http 3',
  'curl -sk https://localhost:9443/metrics | grep quic_connections_total',
  'curl -sk https://localhost:9443/metrics | grep quic_connection_migrations_total',
]) {
  t.ok(
    lines.some((line) => line.trim() === command),
    command,
  )
}
t.ok(lines.some((line) => line.includes('http://127.0.0.1:8002') && line.includes('kill 4194302')))
