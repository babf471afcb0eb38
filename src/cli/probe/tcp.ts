/** HTTP/1.1 and HTTP/2 over TCP, with the time of every step. */
import { lookup } from 'node:dns/promises'
import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import type { ClientHttp2Session } from 'node:http2'
import { connect as connectTcp, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import { rootCertificates, connect as connectTls } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { UserError } from '../user-error.ts'
import { describeCertificate } from './certificate.ts'
import { explainDistrust } from './distrust.ts'
import { hostOf, portOf } from './target.ts'
import type { ProbedTls, ProbeRequest, ProbeResult } from './result.ts'

/** What an answer adds to the connection's facts. */
interface Answer extends Pick<ProbeResult, 'status' | 'headers' | 'bodyBytes'> {
  readonly firstByteAt: number
  /** Where the protocol itself can measure it. */
  readonly rtt?: number | undefined
}

/** Rejects with a system error, or with a UserError where the server does not speak the protocol. */
export async function probeTcp({
  url,
  http,
  ca,
  timeoutMs,
  serverName = hostOf(url),
}: ProbeRequest): Promise<ProbeResult> {
  const signal = AbortSignal.timeout(timeoutMs)
  const start = performance.now()
  const host = hostOf(url)
  const addresses = await lookup(host, { all: true })
  const resolved = performance.now()
  const secure = url.protocol === 'https:'
  // Node tries the addresses in turn (RFC 8305), from the answer that is here already.
  const socket = connectTcp({
    host,
    port: portOf(url),
    signal,
    lookup: (_name, _options, answer) => answer(null, addresses),
  })
  try {
    await once(socket, 'connect', { signal })
    const connected = performance.now()
    const remote = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
    const tls = secure
      ? await handshake(socket, serverName, http === '2' ? 'h2' : 'http/1.1', ca, signal)
      : undefined
    const shaken = performance.now()
    const answer = await (http === '2' ? askHttp2 : askHttp1)(tls ?? socket, url, signal)
    const done = performance.now()
    return {
      url: url.href,
      protocol: http === '2' ? 'h2' : 'http/1.1',
      remoteAddress: remote.address,
      remotePort: remote.port,
      status: answer.status,
      headers: answer.headers,
      bodyBytes: answer.bodyBytes,
      timings: {
        dns: (resolved - start) / 1000,
        connect: (connected - resolved) / 1000,
        handshake: tls && (shaken - connected) / 1000,
        timeToFirstByte: (answer.firstByteAt - shaken) / 1000,
        total: (done - start) / 1000,
      },
      // SYN to SYN-ACK is one round trip, with hardly any work in it.
      rtt: answer.rtt ?? (connected - resolved) / 1000,
      tls: tls && describeTls(tls),
    }
  } finally {
    socket.destroy()
  }
}

/** Any certificate will do: a probe is to say what is there. Whether it is to be trusted is part of the answer. */
async function handshake(
  socket: Socket,
  host: string,
  protocol: 'h2' | 'http/1.1',
  ca: string | undefined,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const tls = connectTls({
    socket,
    // SNI carries names only (RFC 6066 §3); what is checked is `host` all the same.
    ...(isIP(host) === 0 ? { servername: host } : { host }),
    ALPNProtocols: [protocol],
    rejectUnauthorized: false,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
  })
  await once(tls, 'secureConnect', { signal })
  if (protocol === 'h2' && tls.alpnProtocol !== 'h2') {
    throw new UserError('the server does not offer HTTP/2 here (no h2 in ALPN)')
  }
  return tls
}

function describeTls(socket: TLSSocket): ProbedTls {
  const certificate = socket.getPeerX509Certificate()
  return {
    version: socket.getProtocol() ?? 'unknown',
    alpn: socket.alpnProtocol === false || socket.alpnProtocol === null ? 'none' : socket.alpnProtocol,
    certificate: certificate && describeCertificate(certificate),
    trusted: socket.authorized,
    distrust: socket.authorized ? undefined : explainDistrust(String(socket.authorizationError)),
  }
}

async function askHttp1(socket: Socket, url: URL, signal: AbortSignal): Promise<Answer> {
  const request = httpRequest({
    createConnection: () => socket,
    host: url.hostname,
    path: url.pathname + url.search,
    headers: { host: url.host, 'user-agent': 'roam-probe', connection: 'close' },
    signal,
  })
  request.end()
  const [response] = (await once(request, 'response', { signal })) as [IncomingMessage]
  const firstByteAt = performance.now()
  let bodyBytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) bodyBytes += chunk.length
  const { rawHeaders } = response
  const headers = rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? '']] : [],
  )
  return { status: response.statusCode ?? 0, headers, bodyBytes, firstByteAt }
}

/** Seconds for one PING and its answer (RFC 9113 §6.7): no work of the server in it. */
function ping(session: ClientHttp2Session): Promise<number | undefined> {
  return new Promise((resolve) => {
    const sent = session.ping((error, duration) => resolve(error === null ? duration / 1000 : undefined))
    if (!sent) resolve(undefined)
  })
}

async function askHttp2(socket: Socket, url: URL, signal: AbortSignal): Promise<Answer> {
  const session = connectHttp2(url.origin, { createConnection: () => socket })
  try {
    const stream = session.request(
      { ':path': url.pathname + url.search, 'user-agent': 'roam-probe' },
      { signal },
    )
    const failed = once(session, 'error', { signal }).then(([error]) => Promise.reject(error as Error))
    // Only the race below looks at it.
    failed.catch(() => {})
    const [fields] = (await Promise.race([once(stream, 'response', { signal }), failed])) as [
      Record<string, unknown>,
    ]
    const firstByteAt = performance.now()
    let bodyBytes = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) bodyBytes += chunk.length
    const headers = Object.entries(fields).flatMap(([name, value]): [string, string][] =>
      name.startsWith(':') ? [] : [value].flat().map((one) => [name, String(one)]),
    )
    return { status: Number(fields[':status']), headers, bodyBytes, firstByteAt, rtt: await ping(session) }
  } finally {
    session.destroy()
  }
}
