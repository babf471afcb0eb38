/** HTTP/3 over QUIC, with the engine's own client. */
import { X509Certificate } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { rootCertificates } from 'node:tls'
import { h3Get } from '../../listener/quic/engine-client.ts'
import type { H3Request, H3Result } from '../../listener/quic/engine-client.ts'
import { codeOf } from '../user-error.ts'
import { describeCertificate } from './certificate.ts'
import { explainEngineDistrust } from './distrust.ts'
import { hostOf, portOf } from './target.ts'
import type { ProbeRequest, ProbeResult } from './result.ts'

/** Rejects with a `code` as in engine-client.ts. */
export async function probeQuic({ url, ca, timeoutMs }: ProbeRequest): Promise<ProbeResult> {
  const start = performance.now()
  await lookup(hostOf(url))
  const dns = (performance.now() - start) / 1000
  const { answer, distrust } = await ask({
    host: hostOf(url),
    port: portOf(url),
    path: url.pathname + url.search,
    headers: ['user-agent', 'roam-probe'],
    // The same authorities as over TCP, so that the three protocols give the same verdict.
    ca: [...rootCertificates, ...(ca === undefined ? [] : [ca])].join('\n'),
    timeoutMs,
  })
  const [leaf] = answer.certificates
  return {
    url: url.href,
    protocol: 'h3',
    remoteAddress: answer.remoteAddress,
    remotePort: answer.remotePort,
    status: answer.status,
    headers: pairs(answer.headers),
    bodyBytes: answer.bodyBytes,
    timings: {
      dns,
      connect: undefined,
      handshake: answer.handshakeSeconds,
      timeToFirstByte: answer.firstByteSeconds - answer.handshakeSeconds,
      total: dns + answer.totalSeconds,
    },
    rtt: answer.rttSeconds,
    tls: {
      version: answer.tlsVersion,
      alpn: answer.alpn,
      certificate: leaf && describeCertificate(new X509Certificate(leaf)),
      trusted: distrust === undefined,
      distrust,
    },
  }
}

/** Whoever is not to be trusted is asked once more without asking for trust: a probe is to say what is there. */
async function ask(request: H3Request): Promise<{ answer: H3Result; distrust: string | undefined }> {
  try {
    return { answer: await h3Get(request), distrust: undefined }
  } catch (error) {
    if (codeOf(error) !== 'ERR_H3_CERTIFICATE' || !(error instanceof Error)) throw error
    return {
      answer: await h3Get({ ...request, insecure: true }),
      distrust: explainEngineDistrust(error.message),
    }
  }
}

function pairs(fields: readonly string[]): [string, string][] {
  return fields.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [],
  )
}
