import t from 'tap'
import type { Downstream, RequestHead } from '../../../src/core/exchange.ts'
import { createResponder } from '../../../src/telemetry/responder.ts'
import { backend } from './support.ts'

async function ready(...availablePerPool: boolean[][]): Promise<object> {
  const respond = createResponder({
    paths: { path: '/metrics', healthPath: '/healthz', readyPath: '/readyz' },
    allowed: () => true,
    telemetry: { contentType: 'text/plain', render: () => Promise.resolve('') },
    pools: () =>
      availablePerPool.map((all, index) => ({
        name: `pool-${index + 1}`,
        backends: all.map((available) => backend('b', { available })),
      })),
  })
  const { body } = (await respond({ path: '/readyz' } as RequestHead, {} as Downstream))!
  return JSON.parse(body.toString()) as object
}

t.test('one pool that can serve is enough: taken away, it could serve nobody', async (t) => {
  t.strictSame(await ready([false, false], [false, true]), {
    status: 'ready',
    pools: [
      { name: 'pool-1', available: 0, backends: 2 },
      { name: 'pool-2', available: 1, backends: 2 },
    ],
  })
})

t.test('without one in any pool it is not ready', async (t) => {
  t.match(await ready([false], [false]), { status: 'no backend is available' })
})
