/** Downloads: Moodle's files with Range, and as many known bytes as one likes. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { contentChunks, contentSha256 } from '../content.ts'
import { answer, numberAfter } from '../visit.ts'
import type { Handler, Visit } from '../visit.ts'
import { parseRanges } from './range.ts'
import type { ByteRange } from './range.ts'

const FILE_BYTES = 1_048_576
/** When the pretended files were last changed. */
const LAST_MODIFIED = 'Wed, 01 Jan 2025 00:00:00 GMT'
/** Between the parts of several ranges; it does not occur in the content. */
const BOUNDARY = 'roam-demo-part'

/**
 * `/pluginfile.php/5/course/summary/a%2Fb.bin?size=1000`: the path is echoed as it came; `?ranges=none` refuses Range. A
 * backup of 1 GB: `/pluginfile.php/5/backup/course/course.mbz?size=1000000000`; `/sha256/1000000000` has its hash.
 */
export const pluginFile: Handler = async (visit) => {
  const { request, query, path } = visit
  const size = Number(query.get('size') ?? FILE_BYTES)
  const etag = `"demo-${size}"`
  const type = path.endsWith('.mbz') ? 'application/vnd.moodle.backup' : 'application/octet-stream'
  const refuses = query.get('ranges') === 'none'
  const headers = {
    'content-type': type,
    'last-modified': LAST_MODIFIED,
    'cache-control': 'private, max-age=60',
    'x-file-argument': path,
    'accept-ranges': refuses ? 'none' : 'bytes',
    etag,
  }
  const condition = request.headers['if-range']
  const holds = condition === undefined || condition === etag || condition === LAST_MODIFIED
  const ranges = holds && !refuses ? parseRanges(request.headers.range, size) : undefined
  if (ranges === 'unsatisfiable') {
    answer(visit, 416, 'text/plain', 'No such range.\n', { 'content-range': `bytes */${size}` })
  } else if (ranges === undefined) {
    await send(visit, 200, headers, [{ start: 0, end: size }])
  } else if (ranges.length === 1) {
    await send(visit, 206, { ...headers, 'content-range': contentRange(ranges[0]!, size) }, ranges)
  } else {
    const parts = ranges.flatMap((range) => [
      Buffer.from(
        `\r\n--${BOUNDARY}\r\ncontent-type: ${type}\r\ncontent-range: ${contentRange(range, size)}\r\n\r\n`,
      ),
      range,
    ])
    await send(visit, 206, { ...headers, 'content-type': `multipart/byteranges; boundary=${BOUNDARY}` }, [
      ...parts,
      Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
    ])
  }
}

/** `/bytes/10485760`: that many bytes. `?chunked`: without saying beforehand how many. */
export const bytes: Handler = async (visit) => {
  const size = numberAfter(visit.path, '/bytes/') ?? 0
  await send(visit, 200, { 'content-type': 'application/octet-stream' }, [{ start: 0, end: size }])
}

/** `/sha256/10485760`: the hash of what `/bytes/10485760` sends. */
export const sha256: Handler = (visit) => {
  answer(visit, 200, 'text/plain', `${contentSha256(numberAfter(visit.path, '/sha256/') ?? 0)}\n`)
}

function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`
}

/** Text between ranges of the content, none of which is ever held whole. */
async function send(
  { request, response, query }: Visit,
  status: number,
  headers: Record<string, string>,
  parts: readonly (Buffer | ByteRange)[],
): Promise<void> {
  const size = parts.reduce(
    (sum, part) => sum + (Buffer.isBuffer(part) ? part.length : part.end - part.start),
    0,
  )
  const length = query.has('chunked') ? {} : { 'content-length': String(size) }
  response.writeHead(status, { ...headers, ...length })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  // pipeline waits for a slow reader and stops when the reader leaves.
  await pipeline(Readable.from(chunksOf(parts), { objectMode: false, highWaterMark: 65_536 }), response)
}

function* chunksOf(parts: readonly (Buffer | ByteRange)[]): Generator<Buffer> {
  for (const part of parts) {
    if (Buffer.isBuffer(part)) yield part
    else yield* contentChunks(part.start, part.end)
  }
}
