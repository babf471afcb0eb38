import t, { type Test } from 'tap'
import { setScene } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { curl } from '../support/client-curl.ts'
import { ADDED_MEMORY_BAR, addedMemory, LARGE_BODY, megabytes } from '../support/memory.ts'

const PROTOCOLS = ['http/1.1', 'h2'] as const
const sha256 = patternSha256(LARGE_BODY)

/** A process of its own for each case: what one leaves behind must not hide what the next one takes. */
async function fresh(t: Test, protocol: (typeof PROTOCOLS)[number]) {
  const { roam } = await setScene(t)
  const client = { protocol, port: roam.port, ca: roam.caFile } as const
  // What the process needs for its first request is no cost of the large ones.
  await curl({ ...client, path: '/bytes/5000000' })
  return { roam, client }
}

t.setTimeout(600_000)
for (const protocol of PROTOCOLS) {
  t.test(`300 MB over ${protocol} pass through in bounded memory`, async (t) => {
    await t.test('a download', async (t) => {
      const { roam, client } = await fresh(t, protocol)
      const added = await addedMemory(roam, async () => {
        const got = await curl({ ...client, path: `/bytes/${LARGE_BODY}` })
        t.match(got, { code: 0, bytes: LARGE_BODY, sha256 }, got.stderr)
      })
      t.ok(added < ADDED_MEMORY_BAR, `${megabytes(added)} added`)
    })

    await t.test('an upload', async (t) => {
      const { roam, client } = await fresh(t, protocol)
      const added = await addedMemory(roam, async () => {
        const got = await curl({ ...client, path: '/upload', upload: LARGE_BODY })
        t.same(JSON.parse(got.body || '{}'), { bytes: LARGE_BODY, sha256 }, got.stderr)
      })
      t.ok(added < ADDED_MEMORY_BAR, `${megabytes(added)} added`)
    })

    await t.test('a client that reads slowly and gives up', async (t) => {
      const { roam, client } = await fresh(t, protocol)
      const added = await addedMemory(roam, async () => {
        const got = await curl({ ...client, path: `/bytes/${LARGE_BODY}`, rate: 1_000_000, seconds: 8 })
        t.ok(got.bytes < LARGE_BODY / 4, `read ${megabytes(got.bytes)} of it`)
      })
      t.ok(added < ADDED_MEMORY_BAR, `${megabytes(added)} added`)
    })

    await t.test('a backend that reads slowly', async (t) => {
      const { roam, client } = await fresh(t, protocol)
      const added = await addedMemory(roam, async () => {
        const got = await curl({ ...client, path: '/sip/1000000', upload: LARGE_BODY, seconds: 8 })
        t.equal(got.code, 28, `it was still sending when the time was up ${got.stderr}`)
      })
      t.ok(added < ADDED_MEMORY_BAR, `${megabytes(added)} added`)
    })
  })
}
