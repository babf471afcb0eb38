/** What is wrong with a backend's TLS, and what to do about it. */
import { EXPIRED, explainDistrust, NOT_YET_VALID, OTHER_NAMES } from '../core/distrust.ts'

/** Where the backend is and whom it was asked to be. */
export interface TlsTarget {
  readonly pool: string
  readonly url: URL
  readonly upstream: { readonly serverName: string | undefined }
}

/** No TLS on the other side, as OpenSSL puts it. */
const NO_TLS = new Set(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'])
const HANDSHAKE = /^(?:ERR_SSL|ERR_TLS|CERT_|CRL_|INVALID_|UNABLE_TO|HOSTNAME_MISMATCH|IP_ADDRESS_MISMATCH)/

/** One sentence; undefined where the error is not about TLS. */
export function explainTlsError(error: unknown, { pool, url, upstream }: TlsTarget): string | undefined {
  if (url.protocol !== 'https:' || !(error instanceof Error) || !('code' in error)) return undefined
  const code = String(error.code)
  const distrust = explainDistrust(code)
  if (distrust !== undefined) return `its certificate is not trusted: ${distrust}; ${advice(distrust)}`
  if (NO_TLS.has(code))
    return `it does not speak TLS on this port (${code}); is the URL right, http or https?`
  return HANDSHAKE.test(code) ? `the TLS handshake failed: ${error.message.replace(/\n[^]*/, '')}` : undefined

  function advice(reason: string): string {
    const keys = `pools.${pool}.tls`
    if (reason === EXPIRED) return 'renew it on the backend'
    if (reason === NOT_YET_VALID) return 'compare the clocks of both machines'
    if (reason !== OTHER_NAMES) return `name the file of its authority in ${keys}.ca`
    const wanted = upstream.serverName ?? url.hostname
    const names = error instanceof Error && 'cert' in error ? namesOf(error.cert) : undefined
    const found = names === undefined ? '' : ` (${names})`
    return `it was asked to be ${wanted}; write one of its names${found} into ${keys}.serverName`
  }
}

function namesOf(certificate: unknown): string | undefined {
  if (typeof certificate !== 'object' || certificate === null || !('subjectaltname' in certificate))
    return undefined
  return typeof certificate.subjectaltname === 'string' ? certificate.subjectaltname : undefined
}
