/** Backends and attempts for tests of upstream/, without a balancer. */
import type { RoamError } from '../../../src/core/errors.ts'
import type { BackendView, Upstream, UpstreamSettings } from '../../../src/core/ports.ts'
import { UPSTREAM, backendView } from '../../support/backends.ts'

/** A backend whose settings may be replaced, as a reload does. */
export type TestBackend = { -readonly [Key in keyof BackendView]: BackendView[Key] }

export function backendAt(url: string, settings: Partial<UpstreamSettings> = {}): TestBackend {
  return backendView('b', { url: new URL(url), upstream: { ...UPSTREAM, ...settings } })
}

export interface Answered {
  readonly status: number
  readonly body: string
}

/** One GET; rejects with the attempt's RoamError. */
export async function ask(
  upstream: Upstream,
  backend: BackendView,
  { host = backend.url.host, onHead = () => {} }: { host?: string; onHead?: () => void } = {},
): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>()
  const chunks: Buffer[] = []
  let status = 0
  upstream.send(
    backend,
    { method: 'GET', target: '/', fields: ['host', host], body: undefined, contentLength: undefined },
    {
      onInform() {},
      onHead(code) {
        status = code
        onHead()
      },
      onData(chunk) {
        chunks.push(chunk)
        return true
      },
      onEnd: () => resolve({ status, body: Buffer.concat(chunks).toString() }),
      onError: (error: RoamError) => reject(error),
    },
  )
  return await promise
}
