/** What an operator wants to read besides requests: backends that change, clients that move, connections refused. */
import type { Logger } from 'pino'
import type { Clock } from '../core/clock.ts'
import type { Events, RoamEvents } from '../core/events.ts'
import { createFlood } from './flood.ts'
import type { On } from './section.ts'
import { subscriptions } from './subscriptions.ts'

export interface EventLogOptions {
  readonly events: Events
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'isLevelEnabled'>
  readonly clock: Clock
}

type Log = EventLogOptions['log']

/** Writes until the returned function is called. */
export function createEventLog({ events, log, clock }: EventLogOptions): () => void {
  const { on, off } = subscriptions(events)
  logBackends(on, log)
  logOperation(on, log)
  on('request:defect', ({ id, error }) =>
    log.error({ 'roam.request_id': id, err: error }, 'a defect in Roam answered a request with 500'),
  )
  on('transport:path', ({ connection, event }) => {
    // Thousands of telephones move; nobody pays for a line that is not written.
    if (event.kind !== 'migrated' || !log.isLevelEnabled('debug')) return
    log.debug(
      {
        'roam.connection': connection,
        'client.address': event.remoteAddress,
        'client.port': event.remotePort,
        'roam.reason': event.reason,
        'roam.success': event.success,
        'roam.duration_seconds': event.seconds,
      },
      'connection migrated',
    )
  })
  const stop = logRefusals(on, log, clock)
  return () => {
    stop()
    off()
  }
}

function logBackends(on: On, log: Log): void {
  on('backend:state', ({ backendId, state, why }) => {
    const line = { 'roam.backend': backendId, 'roam.state': state, 'roam.why': why }
    if (state === 'healthy') log.info(line, 'backend is healthy')
    else log.warn(line, 'backend is unhealthy')
  })
  on('breaker:state', ({ backendId, state }) => {
    const line = { 'roam.backend': backendId, 'roam.state': state }
    if (state === 'open') log.warn(line, 'circuit breaker opened: the backend is left alone for a while')
    else log.info(line, state === 'closed' ? 'circuit breaker closed' : 'circuit breaker lets a request try')
  })
  on('backend:ejected', ({ backendId, reason, seconds }) =>
    log.warn(
      { 'roam.backend': backendId, 'roam.reason': reason, 'roam.duration_seconds': seconds },
      'backend ejected: its answers looked bad, it gets no requests for a while',
    ),
  )
  on('backend:returned', ({ backendId }) =>
    log.info({ 'roam.backend': backendId }, 'backend returned: its ejection is over'),
  )
  on('backend:admin', ({ backendId, state, weight }) =>
    log.info(
      { 'roam.backend': backendId, 'roam.state': state, 'roam.weight': weight },
      'backend was changed by an operator',
    ),
  )
  on('backend:resolved', ({ backendId, addresses }) =>
    log.info({ 'roam.backend': backendId, 'roam.addresses': addresses }, 'backend has other addresses'),
  )
  on('pool:panic', ({ pool, on }) => {
    const line = { 'roam.pool': pool }
    if (on) log.warn(line, 'panic: no backend of the pool is up, all of them are tried')
    else log.info(line, 'panic is over: a backend of the pool is up')
  })
}

function logOperation(on: On, log: Log): void {
  on('config:reload', ({ trigger, result, why, changes }) => {
    const line = { 'roam.trigger': trigger, 'roam.why': why, 'roam.changes': changes }
    if (result === 'success') log.info(line, 'configuration reloaded')
    else log.error(line, 'configuration refused: the one before stays in force')
  })
  on('certificates:replaced', ({ commonNames }) =>
    log.info({ 'roam.names': commonNames }, 'certificates replaced'),
  )
  on('takeover:done', ({ role, generation }) =>
    log.info(
      { 'roam.generation': generation },
      role === 'new'
        ? 'took over the listeners of the process before'
        : 'a new process has taken over the listeners',
    ),
  )
}

/** What strangers can cause as often as they like. */
function logRefusals(on: On, log: Log, clock: Clock): () => void {
  const rejected = createFlood<RoamEvents['connection:rejected'][0]['reason']>(clock, (total, counts) =>
    log.warn({ 'roam.count': total, 'roam.reasons': counts }, 'connections refused'),
  )
  on('connection:rejected', ({ reason }) => rejected.count(reason))
  const unauthorized = createFlood<RoamEvents['admin:auth'][0]['result']>(clock, (total, counts) =>
    log.warn({ 'roam.count': total, 'roam.reasons': counts }, 'admin requests refused'),
  )
  on('admin:auth', ({ result }) => {
    if (result !== 'accepted') unauthorized.count(result)
  })
  return () => {
    rejected.stop()
    unauthorized.stop()
  }
}
