import { createSecureContext, type SecureContext, type TlsOptions } from 'node:tls'
import type { SiteCertificate } from '../certificates.ts'

/** RFC 9325: TLS 1.2 only with forward secrecy and AEAD; TLS 1.3's own suites are all of that kind. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** Certificates by server name for OpenSSL, replaceable while connections live. */
export class SecureContexts {
  #default: SecureContext
  #byName: ReadonlyMap<string, SecureContext>

  constructor(certificates: readonly SiteCertificate[]) {
    ;[this.#default, this.#byName] = build(certificates)
  }

  /** Throws, and keeps the old set, if a pair does not fit. */
  replace(certificates: readonly SiteCertificate[]): void {
    ;[this.#default, this.#byName] = build(certificates)
  }

  options(alpn: readonly string[], handshakeTimeoutMs: number): TlsOptions {
    return {
      ALPNProtocols: [...alpn],
      minVersion: 'TLSv1.2',
      ciphers: CIPHERS,
      honorCipherOrder: true,
      handshakeTimeout: handshakeTimeoutMs,
      // Also serves clients that send no name at all, for whom SNICallback is not asked.
      secureContext: this.#default,
      SNICallback: (name, done) => done(null, this.#find(name.toLowerCase())),
    }
  }

  #find(name: string): SecureContext {
    const dot = name.indexOf('.')
    return this.#byName.get(name) ?? this.#byName.get(`*${name.slice(dot)}`) ?? this.#default
  }
}

function build(certificates: readonly SiteCertificate[]): [SecureContext, Map<string, SecureContext>] {
  const byName = new Map<string, SecureContext>()
  let first: SecureContext | undefined
  for (const { cert, key, names } of certificates) {
    const context = createSecureContext({ cert, key, minVersion: 'TLSv1.2', ciphers: CIPHERS })
    first ??= context
    for (const name of names) if (!byName.has(name)) byName.set(name, context)
  }
  if (first === undefined) throw new Error('a TLS listener needs at least one certificate')
  return [first, byName]
}
