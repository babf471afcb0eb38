import { PROTOCOLS } from '../../core/exchange.ts'
import { CONNECTIONS } from '../catalogue/connections.ts'
import { followEngine } from '../engine.ts'
import type { Section } from '../section.ts'

/** Connections of all protocols. QUIC's refusals, Retry, version negotiation and resets come from the engine's counts. */
export function measureConnections({ on, metrics, inspector, config }: Section): void {
  const opened = metrics.counter(CONNECTIONS.opened)
  const handshake = metrics.histogram(CONNECTIONS.handshake)
  on('connection:open', ({ protocol, handshakeSeconds, resumed }) => {
    opened.labels({ protocol }).inc()
    if (handshakeSeconds === undefined) return
    handshake.labels({ protocol, resumed: resumed ? 'true' : 'false' }).observe(handshakeSeconds)
  })

  const closed = metrics.counter(CONNECTIONS.closed)
  const duration = metrics.histogram(CONNECTIONS.duration)
  on('connection:close', ({ protocol, reason, initiator, durationSeconds }) => {
    closed.labels({ protocol, reason, initiator }).inc()
    duration.labels({ protocol }).observe(durationSeconds)
  })

  const rejected = metrics.counter(CONNECTIONS.rejected)
  on('connection:rejected', ({ reason }) => rejected.labels({ reason }).inc())
  followEngine(inspector, rejected, [
    ['rejectedConnectionLimit', { reason: 'connection_limit' }],
    ['rejectedInvalidToken', { reason: 'invalid_token' }],
    ['rejectedDraining', { reason: 'draining' }],
  ])

  const failures = metrics.counter(CONNECTIONS.handshakeFailures)
  on('handshake:failed', ({ reason }) => failures.labels({ reason }).inc())

  followEngine(inspector, metrics.counter(CONNECTIONS.retries), [
    ['retrySent', { event: 'sent' }],
    ['retryValidated', { event: 'validated' }],
    ['retryErrors', { event: 'error' }],
  ])
  followEngine(inspector, metrics.counter(CONNECTIONS.versionNegotiations), [['versionNegotiations', {}]])
  followEngine(inspector, metrics.counter(CONNECTIONS.statelessResets), [['statelessResets', {}]])

  metrics.gauge(CONNECTIONS.active, (set) => {
    const active = inspector.activeConnections()
    for (const protocol of PROTOCOLS) set({ protocol }, active[protocol])
  })
  metrics.gauge(CONNECTIONS.halfOpen, (set) => set({}, inspector.engineCounters()?.halfOpenConnections ?? 0))
  metrics.gauge(CONNECTIONS.listeners, (set) => {
    for (const protocol of PROTOCOLS) {
      set({ protocol }, config().listeners.filter(({ protocols }) => protocols.includes(protocol)).length)
    }
  })
  metrics.gauge(CONNECTIONS.limit, (set) => set({}, config().limits.maxConnections))
}
