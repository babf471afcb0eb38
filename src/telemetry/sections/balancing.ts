import { BALANCING, BREAKER_STATES } from '../catalogue/balancing.ts'
import { type Section, remember } from '../section.ts'

/** Backends: what was asked of them, what they answered, and what they are now. */
export function measureBalancing(section: Section): void {
  measureAttempts(section)
  measureHealth(section)
  showBackends(section)
}

function measureAttempts({ on, metrics, config }: Section): void {
  const selected = metrics.counter(BALANCING.selected)
  for (const { policy, backends } of config.pools) {
    for (const { id } of backends) selected.labels({ backend_id: id, algorithm: policy })
  }
  // These two happen at every request.
  const selectedBy = remember((policy) =>
    remember((id) => selected.labels({ backend_id: id, algorithm: policy })),
  )
  on('backend:selected', ({ backendId, policy }) => selectedBy(policy)(backendId).inc())
  const responseTime = metrics.histogram(BALANCING.responseTime)
  const responseTimeOf = remember((id) => responseTime.labels({ backend_id: id }))
  on('backend:response', ({ backendId, seconds }) => responseTimeOf(backendId).observe(seconds))

  const errors = metrics.counter(BALANCING.errors)
  on('backend:error', ({ backendId, stage }) => errors.labels({ backend_id: backendId, stage }).inc())
  const retries = metrics.counter(BALANCING.retries)
  on('backend:retry', ({ backendId }) => retries.labels({ backend_id: backendId }).inc())
}

function measureHealth({ on, metrics }: Section): void {
  const healthChecks = metrics.counter(BALANCING.healthChecks)
  on('backend:health-check', ({ backendId, result }) =>
    healthChecks.labels({ backend_id: backendId, result }).inc(),
  )
  const stateChanges = metrics.counter(BALANCING.stateChanges)
  on('backend:state', ({ backendId, state }) => stateChanges.labels({ backend_id: backendId, state }).inc())
  const failures = metrics.counter(BALANCING.breakerFailures)
  on('breaker:failure', ({ backendId }) => failures.labels({ backend_id: backendId }).inc())
}

function showBackends({ metrics, inspector }: Section): void {
  metrics.gauge(BALANCING.info, (set) => {
    for (const { id, pool } of inspector.backends()) set({ backend_id: id, pool }, 1)
  })
  metrics.gauge(BALANCING.healthy, (set) => {
    for (const { id, healthy } of inspector.backends()) set({ backend_id: id }, healthy ? 1 : 0)
  })
  metrics.gauge(BALANCING.weight, (set) => {
    for (const { id, weight } of inspector.backends()) set({ backend_id: id }, weight)
  })
  metrics.gauge(BALANCING.breakerState, (set) => {
    for (const { id, breakerState } of inspector.backends()) {
      for (const state of BREAKER_STATES) set({ backend_id: id, state }, breakerState === state ? 1 : 0)
    }
  })
  metrics.gauge(BALANCING.connections, (set) => {
    for (const backend of inspector.backends()) {
      const { active, idle } = inspector.backendConnections(backend)
      set({ backend_id: backend.id }, active + idle)
    }
  })
  metrics.gauge(BALANCING.poolConnections, (set) => {
    for (const backend of inspector.backends()) {
      const { active, idle, pending } = inspector.backendConnections(backend)
      set({ backend_id: backend.id, state: 'active' }, active)
      set({ backend_id: backend.id, state: 'idle' }, idle)
      set({ backend_id: backend.id, state: 'pending' }, pending)
    }
  })
  metrics.gauge(BALANCING.algorithm, (set) => {
    for (const algorithm of inspector.policies()) set({ algorithm }, 1)
  })
}
