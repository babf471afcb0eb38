/** What one request through one protocol showed. Times are seconds. */
import type { Protocol } from '../../core/exchange.ts'

/** The server's certificate. */
export interface ProbedCertificate {
  readonly subject: string
  readonly issuer: string
  readonly names: readonly string[]
  /** ISO 8601 */
  readonly notBefore: string
  readonly notAfter: string
}

/** What TLS agreed on. */
export interface ProbedTls {
  readonly version: string
  readonly alpn: string
  readonly certificate: ProbedCertificate | undefined
  readonly trusted: boolean
  /** Why not; undefined where it is trusted. */
  readonly distrust: string | undefined
}

/** One request. A step that a protocol does not have is undefined: QUIC connects and shakes hands in one. */
export interface ProbeResult {
  readonly url: string
  readonly protocol: Protocol
  readonly remoteAddress: string
  readonly remotePort: number
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly bodyBytes: number
  readonly timings: {
    readonly dns: number
    readonly connect: number | undefined
    readonly handshake: number | undefined
    readonly timeToFirstByte: number
    readonly total: number
  }
  /** HTTP/3: smoothed by the engine. HTTP/2: a PING. HTTP/1.1: the TCP handshake, this process's own delay included. */
  readonly rtt: number
  readonly tls: ProbedTls | undefined
}

/** What is asked for. */
export interface ProbeRequest {
  readonly url: URL
  readonly http: '1' | '2' | '3'
  /** Instead of the URL's host: the name that the certificate is asked for and judged by. Over TCP only. */
  readonly serverName?: string | undefined
  /** PEM of an authority to trust besides the usual ones. */
  readonly ca: string | undefined
  readonly timeoutMs: number
}
