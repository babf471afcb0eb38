import { Agent } from 'undici'
import type { Probe } from '../core/ports.ts'

/** Health probes use connections of their own: a full pool must not look like a sick backend. */
export function createProbe(): { probe: Probe; close(): Promise<void> } {
  const agent = new Agent({ allowH2: false, pipelining: 0, connections: 2 })

  const probe: Probe = async (backend, check) => {
    const started = performance.now()
    const seconds = () => (performance.now() - started) / 1000
    try {
      const response = await agent.request({
        origin: backend.url.origin,
        path: check.path,
        method: 'GET',
        headers: { 'user-agent': 'roam-health-check', host: check.host ?? backend.url.host },
        signal: AbortSignal.timeout(check.timeoutMs),
      })
      await response.body.dump()
      return check.expectStatus.includes(response.statusCode)
        ? { result: 'success', why: `status ${response.statusCode}`, seconds: seconds() }
        : { result: 'failure', why: `status ${response.statusCode}`, seconds: seconds() }
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError')
        return { result: 'timeout', why: `no answer within ${check.timeoutMs} ms`, seconds: seconds() }
      return {
        result: 'failure',
        why: error instanceof Error ? error.message : String(error),
        seconds: seconds(),
      }
    }
  }
  return { probe, close: () => agent.destroy() }
}
