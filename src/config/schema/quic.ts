/** `quic`: the transport of every h3 listener. */
import { z } from 'zod'
import { count, duration, flag, text } from './scalars.ts'

/** Settings of the QUIC engine. */
export const quicSchema = z
  .strictObject({
    congestionControl: z
      .enum(['cubic', 'reno', 'bbr'])
      .meta({
        description: 'How the sending rate follows what the network gives.',
        source: 'RFC 9438: cubic is what the rest of the internet uses',
      })
      .prefault('cubic'),
    maxIdleTimeout: duration(
      {
        description:
          'A connection that is silent for this long is forgotten (the smaller of both sides’ values counts).',
        source: 'RFC 9000 §10.1; 30 s outlives a walk from Wi-Fi to mobile',
      },
      { min: '1s', max: '10m' },
    ).prefault('30s'),
    addressValidation: z
      .enum(['auto', 'always', 'off'])
      .meta({
        description:
          'Whether a new client must show that it receives at its address before the handshake (Retry, one round trip more). auto: only while many handshakes are unfinished.',
        source: 'RFC 9000 §8.1.2',
      })
      .prefault('auto'),
    retryThreshold: count(
      {
        description: 'Unfinished handshakes from which addressValidation: auto asks for validation.',
        source: 'the same default as HAProxy’s retry-threshold',
      },
      { min: 1, max: 1_000_000 },
    ).prefault(100),
    earlyData: flag({
      description:
        'Accept requests in 0-RTT data, which an attacker may replay. Even then only GET and HEAD without cookies and without a body; everything else gets 425.',
      source: 'RFC 8470',
    }).prefault('off'),
    qlogDir: text({
      description:
        'A directory that receives one qlog file a connection, for debugging. It is not cleaned up. Default: none.',
      unit: 'path, relative to this file',
    }).optional(),
  })
  .meta({ description: 'QUIC, the transport under HTTP/3.' })

/** Decoded settings of the QUIC engine. */
export type Quic = z.output<typeof quicSchema>
