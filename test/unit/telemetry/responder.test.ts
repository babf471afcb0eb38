import t from 'tap'
import type { Downstream, RequestHead } from '../../../src/core/exchange.ts'
import { createResponder } from '../../../src/telemetry/responder.ts'
import { backend } from './support.ts'

type Facts = Parameters<typeof backend>[1]

async function ready(...factsPerPool: Facts[][]): Promise<object> {
  const respond = createResponder({
    paths: { path: '/metrics', healthPath: '/healthz', readyPath: '/readyz' },
    allowed: () => true,
    telemetry: { contentType: 'text/plain', render: () => Promise.resolve('') },
    pools: () =>
      factsPerPool.map((all, index) => ({
        name: `pool-${index + 1}`,
        backends: all.map((facts) => backend('b', facts)),
      })),
  })
  const { body } = (await respond({ path: '/readyz' } as RequestHead, {} as Downstream))!
  return JSON.parse(body.toString()) as object
}

const GONE = { healthy: false, available: false }

t.test('one pool that can serve is enough: taken away, it could serve nobody', async (t) => {
  t.strictSame(await ready([GONE, GONE], [GONE, {}]), {
    status: 'ready',
    pools: [
      { name: 'pool-1', available: 0, backends: 2 },
      { name: 'pool-2', available: 1, backends: 2 },
    ],
  })
})

t.test('without one in any pool it is not ready', async (t) => {
  t.match(await ready([GONE], [GONE]), { status: 'no backend is available' })
})

t.test(
  'a backend that has its hands full is no reason to send clients elsewhere, unless it is out besides',
  async (t) => {
    const full = { available: false, inFlight: 5, maxRequests: 5 }
    t.match(await ready([full]), { status: 'ready', pools: [{ available: 1 }] })
    for (const out of [
      { healthy: false },
      { ejected: true },
      { adminState: 'disabled' },
      { weight: 0 },
      { breakerState: 'open' },
    ] as const)
      t.match(await ready([{ ...full, ...out }]), { status: 'no backend is available' }, JSON.stringify(out))
  },
)
