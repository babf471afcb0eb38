/** GET over TCP with HTTP/1.1, as Prometheus scrapes. Any certificate will do: trust is a check of its own. */
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { explainProbeFailure } from '../probe/failure.ts'
import { readText } from '../read-text.ts'

export interface RoamAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly seconds: number
  /** This machine's clock when half of the time to the answer's head was over. */
  readonly at: Date
}

/** `headers`: a Host among them is the name for TLS too. Rejects with a UserError when nothing answers in time. */
export async function getRoam(
  url: URL,
  timeoutMs: number,
  headers: OutgoingHttpHeaders = {},
): Promise<RoamAnswer> {
  const signal = AbortSignal.timeout(timeoutMs)
  const began = performance.now()
  const beganAt = Date.now()
  try {
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { headers, rejectUnauthorized: false, agent: false, signal })
        : httpRequest(url, { headers, agent: false, signal })
    request.end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const firstByteMs = performance.now() - began
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: await readText(response, url),
      seconds: (performance.now() - began) / 1000,
      at: new Date(beganAt + firstByteMs / 2),
    }
  } catch (error) {
    throw explainProbeFailure(error, { url, http: '1', ca: undefined, timeoutMs })
  }
}
