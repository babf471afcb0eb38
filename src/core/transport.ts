/** What the QUIC engine knows of real packets (RFC 9000, RFC 9002). No figure here is computed from anything else. */

/** One outcome on the network path of a connection (RFC 9000 §9). */
export type PathEvent =
  /** The peer moved to this path for good. `nat_rebinding`: same connection ID, new address; `address_change`: a new one. */
  | {
      readonly kind: 'migrated'
      readonly reason: 'nat_rebinding' | 'address_change'
      readonly success: boolean
      /** First packet on the new path to its validation (or to giving up). */
      readonly seconds: number
      readonly remoteAddress: string
      readonly remotePort: number
      /** The connection had been silent for longer than one PTO before it came back (offline, then back). */
      readonly wasIdle: boolean
    }
  /** PATH_CHALLENGE answered, or given up. `seconds`: challenge sent to validated. */
  | { readonly kind: 'validated'; readonly success: boolean; readonly seconds: number }

/** Since the last sample of the same connection (counts) and now (levels). Sent every interval and once at close. */
export interface Sample {
  readonly packetsSent: number
  readonly packetsReceived: number
  readonly packetsLost: number
  readonly packetsRetransmitted: number
  readonly spuriousLosses: number
  readonly probeTimeouts: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly amplificationLimited: number
  readonly connectionBlocked: number
  readonly streamBlocked: number
  readonly streamsBidiBlocked: number
  readonly streamsUniBlocked: number
  /** Smoothed RTT of the active path, seconds; 0 before the first measurement. */
  readonly rttSeconds: number
  readonly minRttSeconds: number
  readonly congestionWindowBytes: number
  /** The engine's delivery rate estimate of the active path, bytes per second; 0 when unknown. */
  readonly deliveryRate: number
  readonly pathMtuBytes: number
  /** The last sample of this connection. */
  readonly final: boolean
}

/** Endpoint counters since the engine started; cumulative. */
export interface EngineCounters {
  readonly activeConnections: number
  readonly halfOpenConnections: number
  readonly retrySent: number
  readonly retryValidated: number
  readonly retryErrors: number
  readonly versionNegotiations: number
  readonly statelessResets: number
  readonly rejectedConnectionLimit: number
  readonly rejectedInvalidToken: number
  readonly rejectedDraining: number
  readonly droppedTooShort: number
  readonly droppedUnknownConnection: number
  readonly droppedParseError: number
  readonly droppedDecryptError: number
  readonly droppedBufferFull: number
  readonly droppedOther: number
  readonly sendErrorsAgain: number
  readonly sendErrorsNoBuffers: number
  readonly sendErrorsMessageSize: number
  readonly sendErrorsOther: number
  readonly receiveErrorsOther: number
  /** Panics that were caught and ended one connection. Not zero is a bug. */
  readonly panics: number
  /** HTTP/3 requests reset before anybody could judge them: a NUL in a field, or too many fields. */
  readonly rejectedRequests: number
  /** Datagrams handed on to an older process that has the connection; see docs/decisions/0017-takeover.md. */
  readonly datagramsForwarded: number
}
