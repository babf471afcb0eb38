import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { setScene } from '../support/acceptance.ts'
import { patternSha256 } from '../support/bytes.ts'
import { quinnGet, quinnUpload } from '../support/client-quinn.ts'
import { ADDED_MEMORY_BAR, addedMemory, LARGE_BODY, megabytes } from '../support/memory.ts'

const sha256 = patternSha256(LARGE_BODY)

/** A process of its own for each case: what one leaves behind must not hide what the next one takes. */
async function fresh(t: Test) {
  const { roam } = await setScene(t)
  const client = { port: roam.port, ca: roam.caFile }
  // What the process needs for its first request is no cost of the large ones.
  await quinnGet({ ...client, path: '/bytes/5000000' })
  return { roam, client }
}

t.setTimeout(300_000)
t.test('300 MB over h3 pass through in bounded memory', async (t) => {
  await t.test('a download', async (t) => {
    const { roam, client } = await fresh(t)
    const added = await addedMemory(roam, async () => {
      const { connections } = await quinnGet({ ...client, path: `/bytes/${LARGE_BODY}` })
      t.match(connections, [{ requests: [{ status: 200, bytes: LARGE_BODY, sha256 }] }])
    })
    t.ok(added < ADDED_MEMORY_BAR, `${megabytes(added)} added`)
  })

  await t.test('an upload', async (t) => {
    const { roam, client } = await fresh(t)
    const added = await addedMemory(roam, async () => {
      const { connections } = await quinnUpload({ ...client, path: '/upload' }, LARGE_BODY)
      t.match(connections, [{ requests: [{ status: 200, sentSha256: sha256 }] }])
      // The backend counted and hashed what arrived there.
      const answer = JSON.stringify({ bytes: LARGE_BODY, sha256 })
      t.equal(connections[0]?.requests[0]?.sha256, createHash('sha256').update(answer).digest('hex'))
    })
    t.ok(added < ADDED_MEMORY_BAR, `${megabytes(added)} added`)
  })

  await t.test('a client that reads slowly and gives up', async (t) => {
    const { roam, client } = await fresh(t)
    const added = await addedMemory(roam, async () => {
      const args = ['--read-rate', '1000000', '--deadline', '8000']
      const { connections } = await quinnGet({ ...client, path: `/bytes/${LARGE_BODY}`, args })
      t.match(connections, [{ requests: [{ error: 'deadline' }] }])
    })
    t.ok(added < ADDED_MEMORY_BAR, `${megabytes(added)} added`)
  })

  await t.test('a backend that reads slowly', async (t) => {
    const { roam, client } = await fresh(t)
    const added = await addedMemory(roam, async () => {
      const args = ['--deadline', '8000']
      const { connections } = await quinnUpload({ ...client, path: '/sip/1000000', args }, LARGE_BODY)
      t.match(connections, [{ requests: [{ error: 'deadline' }] }])
    })
    t.ok(added < ADDED_MEMORY_BAR, `${megabytes(added)} added`)
  })
})
