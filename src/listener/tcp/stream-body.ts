import type { Readable } from 'node:stream'
import { RoamError } from '../../core/errors.ts'
import { PushedBody } from '../request-body.ts'

/** The request body of an H1 message or an H2 stream. Nothing listens, and so nothing flows, before it is asked for. */
export function streamBody(source: Readable, discard: () => void): PushedBody {
  let wired = false
  const body = new PushedBody({
    resume() {
      if (!wired) wire()
      source.resume()
    },
    pause: () => source.pause(),
    discard,
  })
  const wire = () => {
    wired = true
    if (source.readableEnded) {
      // node:http2 lets an empty body end before anybody listens.
      body.finish()
      return
    }
    const lost = () =>
      body.fail(new RoamError('CLIENT_GONE', 'client left before its request body was complete'))
    source
      .on('data', (chunk: Buffer) => body.push(chunk))
      .on('end', () => body.finish())
      .on('error', lost)
      .on('close', lost)
  }
  return body
}
