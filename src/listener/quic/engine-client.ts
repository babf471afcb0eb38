/**
 * One HTTP/3 request, told in detail, for `roam probe` and for comparisons. It runs in Rust, beside the JavaScript
 * thread, on a connection of its own.
 */
import { type Addon, loadAddon } from './engine-addon.ts'
import type { Fields } from './contract.ts'

export interface H3Request {
  readonly host: string
  readonly port: number
  /** SNI, `:authority` and the name in the certificate; the host if it is not another. */
  readonly serverName?: string
  readonly path?: string
  readonly method?: string
  /** More fields: name, value, name, value … */
  readonly headers?: Fields
  /** PEM of the authorities to believe, instead of the system's. */
  readonly ca?: string
  /** Believes any certificate: for looking at a server, not for talking to it. */
  readonly insecure?: boolean
  readonly timeoutMs?: number
  /** How much of the body is kept; all of it is counted. */
  readonly bodyLimitBytes?: number
}

export interface H3Result {
  readonly status: number
  /** Without pseudo-header fields. */
  readonly headers: Fields
  readonly bodyBytes: number
  /** The first bytes of the body. */
  readonly bodyStart: Buffer
  /** All of them since the first packet. */
  readonly handshakeSeconds: number
  readonly firstByteSeconds: number
  readonly totalSeconds: number
  /** Smoothed RTT at the end. */
  readonly rttSeconds: number
  /** The server's chain in DER, leaf first. */
  readonly certificates: readonly Buffer[]
  readonly tlsVersion: string
  /** 1 is RFC 9000. */
  readonly quicVersion: number
  readonly alpn: string
  readonly remoteAddress: string
  readonly remotePort: number
}

const TIMEOUT_MS = 10_000
const BODY_LIMIT_BYTES = 64 * 1024

/** Rejects with a `code`: ENOTFOUND, ECONNREFUSED, ETIMEDOUT, ERR_H3_CERTIFICATE, ERR_H3_CLOSED, ERR_ADDON_MISSING. */
export async function h3Get(request: H3Request): Promise<H3Result> {
  const addon: Addon = loadAddon()
  const answer = await addon.h3Get({
    host: request.host,
    port: request.port,
    serverName: request.serverName ?? request.host.replace(/^\[|\]$/g, ''),
    path: request.path ?? '/',
    method: request.method ?? 'GET',
    fields: request.headers ?? [],
    ...(request.ca !== undefined && { ca: request.ca }),
    insecure: request.insecure ?? false,
    timeoutMs: request.timeoutMs ?? TIMEOUT_MS,
    bodyLimitBytes: request.bodyLimitBytes ?? BODY_LIMIT_BYTES,
  })
  const { errorCode, errorMessage, fields, ...rest } = answer
  if (errorCode !== undefined) throw Object.assign(new Error(errorMessage), { code: errorCode })
  // QUIC has no other TLS (RFC 9001 §4.2).
  return { ...rest, headers: fields, tlsVersion: 'TLSv1.3' }
}
