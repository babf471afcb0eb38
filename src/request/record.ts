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
