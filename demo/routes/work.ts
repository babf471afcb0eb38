/** Requests that take time: AJAX under the session lock, slow pages, uploads. */
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { underLock } from '../lock.ts'
import { answer, answerJson, numberAfter, readBody } from '../visit.ts'
import type { Handler } from '../visit.ts'

/** `/lib/ajax/service.php?info=…&delay=100`: calls of one session run one after the other. */
export const ajax: Handler = async (visit) => {
  // PHP has the whole request before Moodle asks for the lock.
  await readBody(visit)
  await work(visit)
}

const work = underLock(async (visit) => {
  const { response, query, state } = visit
  const delay = Number(query.get('delay') ?? 0)
  if (delay > 0 && !response.destroyed) await sleep(delay)
  answerJson(visit, 200, { error: false, backend: state.id, info: query.get('info') })
})

/** `/backup/backup.php?pieces=10&interval=1000`: progress written piece by piece, never to be buffered. */
export const backup: Handler = async ({ response, query }) => {
  await trickle(response, Number(query.get('pieces') ?? 10), Number(query.get('interval') ?? 1000))
}

/** `/stream/300`: a line a second for so many seconds. */
export const stream: Handler = async ({ response, path }) => {
  await trickle(response, (numberAfter(path, '/stream/') ?? 10) + 1, 1000)
}

async function trickle(response: ServerResponse, pieces: number, interval: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'x-accel-buffering': 'no' })
  for (let piece = 1; piece <= pieces && !response.destroyed; piece++) {
    response.write(`<p>Step ${piece} of ${pieces}</p>\n`)
    if (piece < pieces) await sleep(interval)
  }
  response.end()
}

/** Says how many bytes arrived, their hash, and when: to prove that an upload was not kept back. */
export const upload: Handler = async (visit) => {
  const hash = createHash('sha256')
  const started = performance.now()
  let firstByteMs: number | undefined
  await readBody(visit, (chunk) => {
    firstByteMs ??= performance.now() - started
    hash.update(chunk)
  })
  answerJson(visit, 200, {
    backend: visit.state.id,
    bytes: visit.entry.bodyBytes,
    sha256: hash.digest('hex'),
    firstByteMs: firstByteMs ?? null,
    lastByteMs: performance.now() - started,
  })
}

/** `/early?status=403`: answers without reading the body. */
export const early: Handler = (visit) =>
  answer(
    visit,
    Number(visit.query.get('status') ?? 403),
    'text/plain',
    'Answered before your body was read.\n',
  )

/** `/delay/250`: answers after so many milliseconds. */
export const delay: Handler = async (visit) => {
  await readBody(visit)
  await sleep(Math.min(numberAfter(visit.path, '/delay/') ?? 0, 600_000))
  answer(visit, 200, 'text/plain', `${visit.state.id}\n`)
}
