import { hkdfSync } from 'node:crypto'

/** Keys for all that other processes of the same deployment must understand; each says nothing of the others. */
export interface Secrets {
  /** 32 bytes: tokens, stateless resets and tickets of QUIC. */
  readonly quic: Buffer
  /** 48 bytes: TLS tickets over TCP. */
  readonly tickets: Buffer
  /** 32 bytes: affinity cookies. */
  readonly affinity: Buffer
}

/** All of them from one secret (RFC 5869). */
export function deriveSecrets(secret: Buffer): Secrets {
  const derive = (purpose: string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', `roam ${purpose}`, length))
  return { quic: derive('quic', 32), tickets: derive('tls tickets', 48), affinity: derive('affinity', 32) }
}
