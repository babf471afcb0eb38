import t from 'tap'
import { ask } from '../support/client.ts'
import { startAdmin } from './admin-support.ts'

t.test('a backend is drained, disabled, enabled and weighed', async (t) => {
  const roam = await startAdmin(t, { backends: 2, backend: 'weight: 3', pool: 'policy: round-robin' })
  const { change, look } = roam
  const serves = async () => {
    const ids = new Set<string>()
    for (let i = 0; i < 4; i++)
      ids.add((await ask(roam, 'http/1.1', { path: '/delay/0' })).body.toString().trim())
    return [...ids].toSorted()
  }
  t.match(await change('POST', '/backends/b1/drain'), { status: 200, body: { adminState: 'draining' } })
  t.strictSame(await serves(), ['b2'])
  t.match(await change('POST', '/backends/b1/disable'), { status: 200, body: { adminState: 'disabled' } })
  t.strictSame(await serves(), ['b2'])
  t.match((await look('/backends/b1')).body, { adminState: 'disabled', available: false })
  t.match(await change('POST', '/backends/b1/enable'), { status: 200, body: { adminState: 'enabled' } })
  t.strictSame(await serves(), ['b1', 'b2'])
  t.match(await change('PUT', '/backends/b2/weight', { json: { weight: 0 } }), { body: { weight: 0 } })
  t.strictSame(await serves(), ['b1'])
  t.match(await change('PUT', '/backends/b2/weight', { json: { weight: null } }), { body: { weight: 3 } })
  t.strictSame(await serves(), ['b1', 'b2'])
})

t.test('what cannot be done is said, and nothing happens', async (t) => {
  const { change, look } = await startAdmin(t)
  const weigh = (json: unknown) => change('PUT', '/backends/b1/weight', { json })
  for (const wrong of [{}, { weight: -1 }, { weight: 1001 }, { weight: 1.5 }, { weight: '1' }])
    t.match(await weigh(wrong), { status: 400, body: { detail: /^weight: / } }, JSON.stringify(wrong))
  t.match(await weigh({ weight: 1, weigth: 2 }), { status: 400, body: { detail: /weigth/ } })
  t.match(await change('PUT', '/backends/b1/weight', { body: Buffer.from('{"weight":2}') }), { status: 415 })
  t.match(
    await change('PUT', '/backends/b1/weight', {
      body: Buffer.from('{"weight":'),
      headers: { 'content-type': 'application/json' },
    }),
    { status: 400, body: { detail: 'the body is not JSON' } },
  )
  t.match(await change('PUT', '/backends/b9/weight', { json: { weight: 1 } }), { status: 404 })
  t.match(await change('POST', '/backends/b9/drain'), { status: 404 })
  t.match(await change('POST', '/config', { json: { listeners: [] } }), {
    status: 400,
    body: { detail: 'POST /config takes no body' },
  })
  for (const [bytes, status] of [
    [65_536, 400],
    [65_537, 413],
    [5_000_000, 413],
  ] as const)
    t.equal((await change('POST', '/config', { body: Buffer.alloc(bytes) })).status, status, `${bytes} bytes`)
  t.match(await change('POST', '/config'), {
    status: 422,
    body: { detail: /^this configuration has no file/ },
  })
  t.match((await look('/backends/b1')).body, { adminState: 'enabled', weight: 1 })
})
