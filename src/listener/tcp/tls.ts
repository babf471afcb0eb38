import {
  createSecureContext,
  createServer,
  type SecureContext,
  type SecureContextOptions,
  type Server,
} from 'node:tls'
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

const BASE: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  ciphers: CIPHERS,
  honorCipherOrder: true,
  // Node would take the command line: another one could not resume the sessions of the first.
  sessionIdContext: 'roam',
}

/** Certificates by server name for OpenSSL. Throws where a pair does not fit. */
export class SecureContexts {
  readonly #first: SiteCertificate
  readonly #byName: ReadonlyMap<string, SecureContext>
  readonly #ticketKeys: Buffer

  /** Sessions are resumed wherever the same 48 bytes of ticket keys are in use. */
  constructor(certificates: readonly SiteCertificate[], ticketKeys: Buffer) {
    this.#first = firstOf(certificates)
    this.#byName = contextsByName(certificates)
    this.#ticketKeys = ticketKeys
  }

  createServer(alpn: readonly string[], handshakeTimeoutMs: number): Server {
    return createServer({
      ...BASE,
      // For clients that send no name, or one that no certificate is for.
      cert: this.#first.cert,
      key: this.#first.key,
      ALPNProtocols: [...alpn],
      handshakeTimeout: handshakeTimeoutMs,
      ticketKeys: this.#ticketKeys,
      noDelay: true,
      SNICallback: (name, done) => done(null, this.#find(name.toLowerCase())),
    })
  }

  #find(name: string): SecureContext | undefined {
    const dot = name.indexOf('.')
    return this.#byName.get(name) ?? this.#byName.get(`*${name.slice(dot)}`)
  }
}

function firstOf(certificates: readonly SiteCertificate[]): SiteCertificate {
  const [first] = certificates
  if (first === undefined) throw new Error('a TLS listener needs at least one certificate')
  return first
}

function contextsByName(certificates: readonly SiteCertificate[]): Map<string, SecureContext> {
  const byName = new Map<string, SecureContext>()
  for (const { cert, key, names } of certificates) {
    const context = createSecureContext({ ...BASE, cert, key })
    for (const name of names) if (!byName.has(name)) byName.set(name, context)
  }
  return byName
}
