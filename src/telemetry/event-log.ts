/** What an operator wants to read besides requests: backends that change, clients that move, connections refused. */
import type { Logger } from 'pino'
import type { Clock } from '../core/clock.ts'
import type { Events, RoamEvents } from '../core/events.ts'
import type { On } from './section.ts'
import { subscriptions } from './subscriptions.ts'

/** Refused connections come in floods: one line for all of this long. */
const REJECTED_EVERY_MS = 1000

export interface EventLogOptions {
  readonly events: Events
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'isLevelEnabled'>
  readonly clock: Clock
}

/** Writes until the returned function is called. */
export function createEventLog({ events, log, clock }: EventLogOptions): () => void {
  const { on, off } = subscriptions(events)
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
  const stop = logRejected(on, log, clock)
  return () => {
    stop()
    off()
  }
}

type Rejection = RoamEvents['connection:rejected'][0]['reason']

/** The first refusal is told at once; those of the second after it together, when that is over. */
function logRejected(on: On, log: EventLogOptions['log'], clock: Clock): () => void {
  let counts: Partial<Record<Rejection, number>> = {}
  let cancel: (() => void) | undefined

  const flush = (): boolean => {
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
    if (total === 0) return false
    log.warn({ 'roam.count': total, 'roam.reasons': counts }, 'connections refused')
    counts = {}
    return true
  }
  const write = (): void => {
    cancel = flush() ? clock.after(REJECTED_EVERY_MS, write) : undefined
  }

  on('connection:rejected', ({ reason }) => {
    counts[reason] = (counts[reason] ?? 0) + 1
    if (!cancel) write()
  })
  return () => {
    cancel?.()
    flush()
  }
}
