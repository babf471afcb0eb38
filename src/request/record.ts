import type { RoamError } from '../core/errors.ts'
import type { RequestRecord } from '../core/events.ts'
import type { DownstreamConnection } from '../core/exchange.ts'

/** The record of a request that died in its protocol's parser: nothing is known of it but who sent it. */
export function refusedRecord(id: string, connection: DownstreamConnection, error: RoamError): RequestRecord {
  return {
    id,
    protocol: connection.protocol,
    method: '_OTHER',
    path: '',
    host: '',
    status: error.facts.status,
    routeClass: 'other',
    backendId: 'none',
    attempts: 0,
    durationSeconds: 0,
    timeToFirstByteSeconds: undefined,
    overheadSeconds: undefined,
    queueSeconds: 0,
    requestBytes: 0,
    responseBytes: 0,
    error: error.code,
    errorMessage: error.message,
    remoteAddress: connection.remoteAddress,
    early: false,
    local: false,
  }
}

/** When a request did what, by the clock, and how long it waited for others: milliseconds. */
export interface Times {
  readonly startedAt: number
  readonly endedAt: number
  /** The first byte of the answer was handed to the client's transport. */
  readonly firstByteAt: number | undefined
  /** For a place at a backend. */
  readonly queuedMs: number
  /** For backends' answers, over all attempts. */
  readonly answerMs: number
}

type RecordTimes = Pick<
  RequestRecord,
  'durationSeconds' | 'timeToFirstByteSeconds' | 'overheadSeconds' | 'queueSeconds'
>

/** The durations of a record. `asked`: a backend was; without one no time is Roam's overhead. */
export function recordTimes(times: Times, asked: boolean): RecordTimes {
  const { startedAt, endedAt, firstByteAt, queuedMs, answerMs } = times
  const untilFirstByte = firstByteAt === undefined ? undefined : firstByteAt - startedAt
  return {
    durationSeconds: (endedAt - startedAt) / 1000,
    timeToFirstByteSeconds: untilFirstByte === undefined ? undefined : untilFirstByte / 1000,
    overheadSeconds:
      untilFirstByte === undefined || !asked ? undefined : (untilFirstByte - queuedMs - answerMs) / 1000,
    queueSeconds: queuedMs / 1000,
  }
}
