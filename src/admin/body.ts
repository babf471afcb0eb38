import type { IncomingMessage } from 'node:http'
import { Problem } from './problem.ts'

/** Bodies here are a few words. */
const LIMIT_BYTES = 65_536

/** A request's body; empty where it has none. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  // Whoever sends too much is told so, which a destroyed request could not be; node:http throws the rest away.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > LIMIT_BYTES) throw new Problem(413, `a body may have ${LIMIT_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Throws where it is none. */
export function parseJson(body: Buffer, contentType: string | undefined): unknown {
  if (!/^application\/json *(;|$)/i.test(contentType ?? ''))
    throw new Problem(415, 'the body must have the field Content-Type: application/json')
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new Problem(400, 'the body is not JSON')
  }
}
