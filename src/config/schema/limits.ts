/** `limits`: what a client may cost, the same for all three protocols. */
import { z } from 'zod'
import { count, duration, size } from './scalars.ts'

/** Every limit on clients in one place. */
export const limitsSchema = z
  .strictObject({
    maxConnections: count(
      {
        description:
          'Open client connections of each listener, TCP and QUIC counted apart; a connection beyond is refused.',
        source: 'about two connections for each of 10 000 students',
      },
      { min: 1, max: 10_000_000 },
    ).prefault(20_000),
    maxConcurrentStreams: count(
      {
        description: 'Requests that one h2 or h3 connection may have open at once.',
        source: 'RFC 9113 §6.5.2 advises no less than 100; more helps floods (CVE-2026-49975)',
      },
      { min: 1, max: 10_000 },
    ).prefault(100),
    maxUri: size(
      {
        description: 'Longest request target; beyond it 414.',
        source: 'RFC 9110 §4.1 asks for 8000 octets at least',
      },
      { min: '256B', max: '64KiB' },
    ).prefault('8KiB'),
    maxFieldSection: size(
      {
        description: 'All header fields of a request together; beyond it 431.',
        source: 'the limit of Node’s own HTTP/1.1 parser, so that the three protocols agree',
      },
      { min: '1KiB', max: '1MiB' },
    ).prefault('16KiB'),
    maxFields: count(
      {
        description:
          'Number of header fields of a request, each part of a split Cookie counted; beyond it 431.',
        source: 'against the header bomb (CVE-2026-49975)',
      },
      { min: 10, max: 1000 },
    ).prefault(100),
    handshakeTimeout: duration(
      {
        description: 'From the first packet to the end of the TLS handshake.',
        source: 'slow handshakes hold memory',
      },
      { min: '100ms', max: '5m' },
    ).prefault('10s'),
    headersTimeout: duration(
      {
        description:
          'From a request’s first byte (the first request: from the opening of its connection) to the end of its header fields; beyond it 408. A connection that never said anything is closed without a word.',
        source: 'slow header attack (slowloris)',
      },
      { min: '100ms', max: '5m' },
    ).prefault('10s'),
    idleTimeout: duration(
      {
        description: 'A TCP connection without a request is closed after this. QUIC has quic.maxIdleTimeout.',
        source: 'longer than the pauses between the requests of one page',
      },
      { min: '1s', max: '1h' },
    ).prefault('60s'),
    bodyIdleTimeout: duration(
      {
        description: 'No byte of a request body for this long: 408.',
        source: 'slow body attack; an upload over a bad mobile link pauses for seconds, not for a minute',
      },
      { min: '100ms', max: '1h' },
    ).prefault('60s'),
    writeStallTimeout: duration(
      {
        description: 'A client that reads nothing of its response for this long is cut off.',
        source: 'slow read attack',
      },
      { min: '100ms', max: '1h' },
    ).prefault('30s'),
  })
  .meta({ description: 'Limits on clients.' })
