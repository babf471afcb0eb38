import { Client, type Dispatcher } from 'undici'
import type { HealthCheck, Probe } from '../core/ports.ts'
import { connectorFor, tlsName } from './connector.ts'
import { reasonOf } from './errors.ts'
import { explainTlsError } from './tls-errors.ts'

/** How much of an answer is looked at; a page that says how it is says so early. */
const MAX_BODY_BYTES = 64 * 1024

/**
 * Every health probe has a connection of its own: a full pool must not look like a sick backend, and a backend that
 * takes no new connections is sick.
 */
export function createProbe(): { probe: Probe; close(): Promise<void> } {
  const running = new Set<Client>()

  const probe: Probe = async (backend, check) => {
    const started = performance.now()
    const seconds = () => (performance.now() - started) / 1000
    const client = new Client(backend.url.origin, {
      allowH2: false,
      connect: connectorFor(backend),
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    running.add(client)
    try {
      const request = {
        path: check.path,
        method: 'GET' as const,
        headers: {
          'user-agent': 'roam-health-check',
          host: check.host ?? backend.url.host,
          connection: 'close',
        },
        servername: tlsName(backend),
        signal: AbortSignal.timeout(check.timeoutMs),
      }
      const response = await client.request(request)
      return { ...judge(response.statusCode, await beginningOf(response.body), check), seconds: seconds() }
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError')
        return { result: 'timeout', why: `no answer within ${check.timeoutMs} ms`, seconds: seconds() }
      const why = explainTlsError(error, backend) ?? reasonOf(error)
      return { result: 'failure', why, seconds: seconds() }
    } finally {
      running.delete(client)
      void client.destroy()
    }
  }
  return {
    probe,
    async close() {
      await Promise.all([...running].map((client) => client.destroy()))
    },
  }
}

async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= MAX_BODY_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES)
}

function judge(
  status: number,
  body: Buffer,
  { expectStatus, expectBody, rejectBody }: HealthCheck,
): { result: 'success' | 'failure'; why: string } {
  const failure = (why: string) => ({ result: 'failure' as const, why })
  if (!expectStatus.includes(status)) return failure(`status ${status}`)
  if (rejectBody !== undefined && body.includes(rejectBody)) {
    return failure(`status ${status}, but the answer holds ${JSON.stringify(rejectBody)} (rejectBody)`)
  }
  if (expectBody !== undefined && !body.includes(expectBody)) {
    return failure(
      `status ${status}, but the answer does not hold ${JSON.stringify(expectBody)} (expectBody)`,
    )
  }
  return { result: 'success', why: `status ${status}` }
}
