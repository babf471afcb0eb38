/** HTTP/3 messages whose frames contradict each other: a stream or connection error, and nothing whole upstream. */
import t from 'tap'
import { startRawApp } from '../support/raw-app.ts'
import { h3Frame, H3FrameType, qpackFields, openH3, skipWithoutAioquic } from '../support/raw-h3.ts'

const POST = [':method', 'POST', ':scheme', 'https', ':authority', 'roam.example', ':path', '/']
const head = (...fields: string[]): Buffer => h3Frame(H3FrameType.headers, qpackFields([...POST, ...fields]))
const data = (text: string): Buffer => h3Frame(H3FrameType.data, Buffer.from(text))
const trailers = (...fields: string[]): Buffer => h3Frame(H3FrameType.headers, qpackFields(fields))

/** RFC 9114 §8.1. */
const H3_FRAME_UNEXPECTED = 0x105
const H3_FRAME_ERROR = 0x106
const H3_EXCESSIVE_LOAD = 0x107
const H3_REQUEST_INCOMPLETE = 0x10d
const H3_MESSAGE_ERROR = 0x10e
const QPACK_DECOMPRESSION_FAILED = 0x200

interface Case {
  readonly name: string
  readonly pieces: readonly Buffer[]
  readonly fin?: boolean
  readonly statuses?: readonly number[]
  readonly codes: readonly number[]
  /** Why it does not work yet: reported as a todo. */
  readonly gap?: string
}

const CASES: readonly Case[] = [
  {
    name: 'FIN alone behind a content-length (CVE-2026-33555)',
    pieces: [head('content-length', '5'), Buffer.alloc(0)],
    statuses: [400],
    codes: [H3_MESSAGE_ERROR],
  },
  {
    name: 'body shorter than its content-length',
    pieces: [head('content-length', '5'), data('abc')],
    statuses: [400],
    codes: [H3_MESSAGE_ERROR],
  },
  {
    name: 'body longer than its content-length',
    pieces: [head('content-length', '5'), data('abcdefgh')],
    statuses: [400],
    codes: [H3_MESSAGE_ERROR],
  },
  {
    name: 'the same in two frames',
    pieces: [head('content-length', '5'), data('abc'), data('defgh')],
    statuses: [400],
    codes: [H3_MESSAGE_ERROR],
  },
  { name: 'DATA before HEADERS', pieces: [data('abc')], codes: [H3_FRAME_UNEXPECTED] },
  {
    name: 'DATA behind trailers',
    pieces: [head(), data('abc'), trailers('x-a', '1'), data('def')],
    codes: [H3_FRAME_UNEXPECTED],
  },
  {
    name: 'pseudo-header in trailers',
    pieces: [head(), data('abc'), trailers(':path', '/b')],
    statuses: [400],
    codes: [H3_MESSAGE_ERROR],
  },
  {
    name: 'SETTINGS on a request stream',
    pieces: [h3Frame(H3FrameType.settings)],
    codes: [H3_FRAME_UNEXPECTED],
  },
  {
    name: 'GOAWAY on a request stream',
    pieces: [h3Frame(H3FrameType.goaway, Buffer.of(0))],
    codes: [H3_FRAME_UNEXPECTED],
  },
  {
    name: 'PRIORITY of HTTP/2',
    pieces: [h3Frame(2, Buffer.alloc(5))],
    codes: [H3_FRAME_UNEXPECTED],
    gap: 'quiche skips the frame types that HTTP/2 used (RFC 9114 §7.2.8)',
  },
  {
    name: 'nothing but FIN',
    pieces: [Buffer.alloc(0)],
    codes: [H3_REQUEST_INCOMPLETE, H3_FRAME_ERROR],
  },
  {
    name: 'half a HEADERS frame',
    pieces: [head().subarray(0, 10)],
    codes: [H3_FRAME_ERROR, H3_REQUEST_INCOMPLETE],
  },
  {
    name: 'field section that is no QPACK',
    pieces: [h3Frame(H3FrameType.headers, Buffer.from('ffffffffff', 'hex'))],
    codes: [QPACK_DECOMPRESSION_FAILED],
  },
  {
    name: 'reference to a dynamic table that is not offered',
    pieces: [h3Frame(H3FrameType.headers, Buffer.from('050080', 'hex'))],
    codes: [QPACK_DECOMPRESSION_FAILED],
  },
  {
    name: 'field section beyond 16 KiB',
    pieces: [head('x-a', 'a'.repeat(40_000))],
    statuses: [431],
    codes: [H3_EXCESSIVE_LOAD],
  },
]

t.setTimeout(120_000)

await t.test('frames', { skip: skipWithoutAioquic() }, async (t) => {
  const roam = await startRawApp({ protocols: ['h3', 'h2', 'http/1.1'] })
  const client = openH3(roam.securePort)
  t.teardown(async () => {
    client.close()
    await roam.close()
  })
  for (const { name, pieces, fin = true, statuses = [], codes, gap } of CASES) {
    roam.backend.reset()
    const outcome = await client.send({ pieces, fin })
    const { status, reset, stop, close } = outcome
    const code = close ?? reset ?? stop
    t.ok(
      status === null ? code !== null && codes.includes(code) : statuses.includes(status),
      `${name}: refused`,
      { ...outcome, codes, statuses, ...(gap === undefined ? {} : { todo: gap }) },
    )
    t.equal(roam.backend.requests.length, 0, `${name}: nothing whole upstream`)
    t.ok(await roam.alive(), `${name}: alive`)
  }
})
