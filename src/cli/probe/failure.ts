/** Why a probe got no answer, in one line. */
import { codeOf, UserError } from '../user-error.ts'
import type { ProbeRequest } from './result.ts'
import { portOf } from './target.ts'

/** Whatever the network does is no fault of ours: every failure but a programming error becomes a UserError. */
export function explainProbeFailure(error: unknown, request: ProbeRequest): unknown {
  if (error instanceof UserError || error instanceof TypeError || !(error instanceof Error)) return error
  return new UserError(`${request.url.href}: ${describe(error, request)}`, { cause: error })
}

function describe(error: Error, { url, http, timeoutMs }: ProbeRequest): string {
  const port = portOf(url)
  const transport = http === '3' ? `UDP port ${port}` : `TCP port ${port}`
  const timedOut = `no answer from ${transport} within ${timeoutMs / 1000} s`
  const reasons: Readonly<Record<string, string>> = {
    ABORT_ERR: timedOut,
    ETIMEDOUT: timedOut,
    ENOTFOUND: `no address is known for ${url.hostname}`,
    EAI_AGAIN: `no address is known for ${url.hostname}`,
    ECONNREFUSED: `nothing listens on ${transport}`,
    // What OpenSSL and Node say when the first bytes are no TLS record.
    ERR_SSL_WRONG_VERSION_NUMBER: `port ${port} does not speak TLS; try http://`,
    ERR_SSL_PACKET_LENGTH_TOO_LONG: `port ${port} does not speak TLS; try http://`,
    ECONNRESET: 'the server closed the connection without an answer',
  }
  if (error.name === 'TimeoutError') return timedOut
  const code = codeOf(error) ?? ''
  return reasons[code] ?? (error.message === '' ? code : error.message).replace(/\n[^]*/, '')
}
