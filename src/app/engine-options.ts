import type { RoamConfig } from '../config/types.ts'
import type { SiteCertificate } from '../listener/certificates.ts'
import type { EngineOptions } from '../listener/quic/contract.ts'

/** Flow control: what one stream and one connection may have on their way before anybody asked for it (RFC 9000 §4). */
const STREAM_WINDOW_BYTES = 1024 * 1024
const MAX_STREAM_WINDOW_BYTES = 16 * 1024 * 1024
const CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024
const MAX_CONNECTION_WINDOW_BYTES = 24 * 1024 * 1024
const SEND_BUFFER_BYTES = 256 * 1024

/** What a QUIC engine is told at its start. */
export function engineOptions(
  { quic, limits, metrics }: RoamConfig,
  certificates: readonly SiteCertificate[],
  secret: Buffer,
  generation: number,
): EngineOptions {
  return {
    certificates,
    congestionControl: quic.congestionControl,
    addressValidation: quic.addressValidation,
    retryThreshold: quic.retryThreshold,
    earlyData: quic.earlyData,
    maxIdleTimeoutMs: quic.maxIdleTimeoutMs,
    handshakeTimeoutMs: limits.handshakeTimeoutMs,
    maxConnections: limits.maxConnections,
    maxConcurrentStreams: limits.maxConcurrentStreams,
    streamWindowBytes: STREAM_WINDOW_BYTES,
    maxStreamWindowBytes: MAX_STREAM_WINDOW_BYTES,
    connectionWindowBytes: CONNECTION_WINDOW_BYTES,
    maxConnectionWindowBytes: MAX_CONNECTION_WINDOW_BYTES,
    maxFieldSectionBytes: limits.maxFieldSectionBytes,
    maxFieldCount: limits.maxFieldCount,
    sendBufferBytes: SEND_BUFFER_BYTES,
    sampleIntervalMs: metrics.updateIntervalMs,
    ...(quic.qlogDir === undefined ? {} : { qlogDir: quic.qlogDir }),
    secret,
    generation,
  }
}
