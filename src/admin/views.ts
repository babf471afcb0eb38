/** What the control knows → what the schemas say. */
import type { BackendView, CertificateView, ConnectionView, Pool } from '../core/ports.ts'
import type { answers, Json } from './schemas.ts'

export function backendJson(backend: BackendView): Json<typeof answers.backend> {
  const { id, pool, available, healthy, ejected, adminState, backup, weight, inFlight, maxRequests } = backend
  return {
    ...{ id, pool, url: backend.url.href, available, healthy, ejected, adminState },
    breaker: backend.breakerState,
    ...{ backup, weight, inFlight, maxRequests },
  }
}

export function poolJson({ name, policy, panicking, queue, backends }: Pool): Json<typeof answers.pool> {
  const { depth, limit } = queue
  return { name, policy, panicking, queue: { depth, limit }, backends: backends.map(backendJson) }
}

export function breakerJson({ id, pool, breakerState }: BackendView): Breaker {
  return { backend: id, pool, state: breakerState }
}

export function queueJson({ name, queue: { depth, limit } }: Pool): Queue {
  return { pool: name, depth, limit }
}

export function certificateJson({ commonName, names, notAfter, file }: CertificateView): Certificate {
  return { commonName, names: [...names], notAfter: notAfter.toISOString(), file }
}

export function connectionJson({ backendId, path, ...rest }: ConnectionView): Connection {
  return { ...rest, backend: backendId ?? null, path: path ?? null }
}

type Breaker = Json<typeof answers.breakers>['breakers'][number]
type Queue = Json<typeof answers.queues>['queues'][number]
type Certificate = Json<typeof answers.certificates>['certificates'][number]
type Connection = Json<typeof answers.connections>['connections'][number]
