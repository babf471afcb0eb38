import t from 'tap'
import { configOf, yaml } from './support.ts'

const config = configOf(yaml())
t.match(config, {
  listeners: [{ host: '', port: 8080, protocols: ['http/1.1'], certificates: [], redirectToHttps: false }],
  quic: { congestionControl: 'cubic', maxIdleTimeoutMs: 30_000, addressValidation: 'auto', earlyData: false },
  limits: { maxUriBytes: 8192, maxFieldSectionBytes: 16_384, maxFieldCount: 100, headersTimeoutMs: 10_000 },
  pools: [
    {
      name: 'moodle',
      policy: 'least-requests',
      breaker: { errorThreshold: 0.5, windowMs: 10_000, minimumRequests: 10, resetAfterMs: 10_000 },
      retries: { attempts: 1, budget: 0.2 },
      timeouts: { connectMs: 2000, firstByteMs: 130_000, idleMs: 60_000 },
    },
  ],
  routes: [{ host: '*', path: '/', pool: 'moodle' }],
  metrics: { path: '/metrics', healthPath: '/healthz', readyPath: '/readyz', updateIntervalMs: 10_000 },
  drainTimeoutMs: 30_000,
  log: { level: 'info', format: 'json', access: true },
})
t.equal(config.listeners[0]?.altSvc, undefined, 'nothing to offer without h3')
t.equal(config.pools[0]?.health, undefined)

const checked = configOf(
  yaml({
    pools: '{ m: { backends: [{ id: a, url: "http://h:1" }], health: { path: /up } } }',
    routes: '[{ pool: m }]',
  }),
)
t.strictSame(checked.pools[0]?.health, {
  path: '/up',
  intervalMs: 15_000,
  timeoutMs: 5000,
  unhealthyAfter: 2,
  healthyAfter: 2,
  expectStatus: [200],
  expectBody: undefined,
  rejectBody: undefined,
  host: undefined,
})
