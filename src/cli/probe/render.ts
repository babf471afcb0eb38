/** A probe's result in words. */
import type { ProbeResult } from './result.ts'

/** A few lines, each one fact. */
export function renderProbe(result: ProbeResult): string {
  const { timings, tls } = result
  const certificate = tls?.certificate
  const rows: (readonly [string, string | undefined])[] = [
    ['status', `${result.status} over ${result.protocol}, ${result.bodyBytes} bytes`],
    ['address', `${result.remoteAddress} port ${result.remotePort}`],
    ['DNS', milliseconds(timings.dns)],
    ['connect', milliseconds(timings.connect)],
    ['handshake', milliseconds(timings.handshake)],
    ['first byte', milliseconds(timings.timeToFirstByte)],
    ['total', milliseconds(timings.total)],
    // What this process itself needs to notice an answer is in the TCP handshake's time, and in no other.
    ['RTT', (result.protocol === 'http/1.1' ? 'at most ' : '') + (milliseconds(result.rtt) ?? '')],
    ['TLS', tls && `${tls.version}, ALPN ${tls.alpn}`],
    ['certificate', certificate && `${certificate.subject}, for ${certificate.names.join(', ')}`],
    ['issuer', certificate?.issuer],
    [
      'expires',
      certificate && `${certificate.notAfter.slice(0, 10)} (in ${days(certificate.notAfter)} days)`,
    ],
    ['trusted', tls && (tls.trusted ? 'yes' : `no: ${tls.distrust ?? 'unknown reason'}`)],
  ]
  const shown = rows.flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${name.padEnd(12)} ${value}`],
  )
  return [result.url, ...shown, ''].join('\n')
}

function milliseconds(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : `${(seconds * 1000).toFixed(1)} ms`
}

function days(date: string): number {
  return Math.floor((Date.parse(date) - Date.now()) / 86_400_000)
}
