/** Downloads: Moodle's files with Range, and as many known bytes as one likes. */
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { contentChunks, contentSha256 } from '../content.ts'
import { answer, numberAfter } from '../visit.ts'
import type { Handler, Visit } from '../visit.ts'
import { parseRange } from './range.ts'

const FILE_BYTES = 1_048_576
/** When the pretended files were last changed. */
const LAST_MODIFIED = 'Wed, 01 Jan 2025 00:00:00 GMT'

/** `/pluginfile.php/5/course/summary/a%2Fb.bin?size=1000`: the path is echoed as it came; `?ranges=none` refuses Range. */
export const pluginFile: Handler = async (visit) => {
  const { request, query, path } = visit
  const size = Number(query.get('size') ?? FILE_BYTES)
  const etag = `"demo-${size}"`
  const headers = {
    'content-type': 'application/octet-stream',
    'last-modified': LAST_MODIFIED,
    'cache-control': 'private, max-age=60',
    'x-file-argument': path,
    etag,
  }
  if (query.get('ranges') === 'none') {
    await send(visit, 200, { ...headers, 'accept-ranges': 'none' }, 0, size)
    return
  }
  const condition = request.headers['if-range']
  const holds = condition === undefined || condition === etag || condition === LAST_MODIFIED
  const range = holds ? parseRange(request.headers.range, size) : undefined
  if (range === 'unsatisfiable') {
    answer(visit, 416, 'text/plain', 'No such range.\n', { 'content-range': `bytes */${size}` })
  } else if (range === undefined) {
    await send(visit, 200, { ...headers, 'accept-ranges': 'bytes' }, 0, size)
  } else {
    const contentRange = `bytes ${range.start}-${range.end - 1}/${size}`
    await send(
      visit,
      206,
      { ...headers, 'accept-ranges': 'bytes', 'content-range': contentRange },
      range.start,
      range.end,
    )
  }
}

/** `/bytes/10485760`: that many bytes. `?chunked`: without saying beforehand how many. */
export const bytes: Handler = async (visit) => {
  const size = numberAfter(visit.path, '/bytes/') ?? 0
  await send(visit, 200, { 'content-type': 'application/octet-stream' }, 0, size)
}

/** `/sha256/10485760`: the hash of what `/bytes/10485760` sends. */
export const sha256: Handler = (visit) => {
  answer(visit, 200, 'text/plain', `${contentSha256(numberAfter(visit.path, '/sha256/') ?? 0)}\n`)
}

async function send(
  { request, response, query }: Visit,
  status: number,
  headers: Record<string, string>,
  start: number,
  end: number,
): Promise<void> {
  const length = query.has('chunked') ? {} : { 'content-length': String(end - start) }
  response.writeHead(status, { ...headers, ...length })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  // pipeline waits for a slow reader and stops when the reader leaves.
  await pipeline(
    Readable.from(contentChunks(start, end), { objectMode: false, highWaterMark: 65_536 }),
    response,
  )
}
