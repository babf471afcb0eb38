import { ADMIN_STATES } from '../../core/events.ts'
import { BALANCING, BREAKER_STATES } from '../catalogue/balancing.ts'
import { type Section, remember } from '../section.ts'
import type { CounterSeries } from '../series.ts'

/** Backends: what was asked of them, what they answered, and what they are now. */
export function measureBalancing(section: Section): void {
  measureAttempts(section)
  measureHealth(section)
  showBackends(section)
}

function measureAttempts(section: Section): void {
  const { on, metrics } = section
  // These two happen at every request.
  const selectedOf = countSelections(section)
  on('backend:selected', ({ backendId, policy }) => selectedOf(policy, backendId)?.inc())
  const responseTime = metrics.histogram(BALANCING.responseTime)
  const responseTimeOf = remember(section, (id) => responseTime.labels({ backend_id: id }))
  on('backend:response', ({ backendId, seconds }) => responseTimeOf(backendId).observe(seconds))

  const errors = metrics.counter(BALANCING.errors)
  on('backend:error', ({ backendId, stage }) => errors.labels({ backend_id: backendId, stage }).inc())
  const retries = metrics.counter(BALANCING.retries)
  on('backend:retry', ({ backendId }) => retries.labels({ backend_id: backendId }).inc())
}

/** A backend is in one pool and so has one policy, until a reload. */
function countSelections({
  metrics,
  configured,
}: Section): (policy: string, id: string) => CounterSeries | undefined {
  const selected = metrics.counter(BALANCING.selected)
  const byPolicy = new Map<string, Map<string, CounterSeries>>()
  configured(({ pools }) => {
    selected.admit(({ backend_id, algorithm }) =>
      pools.some(
        ({ policy, backends }) => policy === algorithm && backends.some(({ id }) => id === backend_id),
      ),
    )
    byPolicy.clear()
    for (const { policy, backends } of pools) {
      const byBackend = byPolicy.get(policy) ?? new Map<string, CounterSeries>()
      for (const { id } of backends) byBackend.set(id, selected.labels({ backend_id: id, algorithm: policy }))
      byPolicy.set(policy, byBackend)
    }
  })
  return (policy, id) => byPolicy.get(policy)?.get(id)
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
  const ejections = metrics.counter(BALANCING.ejections)
  on('backend:ejected', ({ backendId, reason }) => ejections.labels({ backend_id: backendId, reason }).inc())
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
  metrics.gauge(BALANCING.ejected, (set) => {
    for (const { id, ejected } of inspector.backends()) set({ backend_id: id }, ejected ? 1 : 0)
  })
  metrics.gauge(BALANCING.adminState, (set) => {
    for (const { id, adminState } of inspector.backends()) {
      for (const state of ADMIN_STATES) set({ backend_id: id, state }, adminState === state ? 1 : 0)
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
