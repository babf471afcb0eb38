/** HTTP/3 frame by frame (RFC 9114): made here, carried by aioquic, which looks at nothing on the way out. */
import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A Python that has aioquic. */
const PYTHON = process.env['ROAM_TEST_PYTHON'] ?? 'python3'
const SCRIPT = fileURLToPath(new URL('raw-h3.py', import.meta.url))

/** Value for tap's `skip`. In CI it runs, and fails, without aioquic. */
export function skipWithoutAioquic(): string | false {
  const { status } = spawnSync(PYTHON, ['-c', 'import aioquic'], { stdio: 'ignore' })
  if (status === 0 || process.env['CI'] !== undefined) return false
  return `${PYTHON} has no aioquic (pip install aioquic; ROAM_TEST_PYTHON names another Python)`
}

export const H3FrameType = { data: 0, headers: 1, settings: 4, goaway: 7 } as const

/** RFC 9000 §16. */
function varint(value: number): Buffer {
  if (value < 64) return Buffer.of(value)
  const bytes = Buffer.alloc(value < 16_384 ? 2 : 4)
  if (value < 16_384) bytes.writeUInt16BE(value | 0x4000)
  else bytes.writeUInt32BE((value | 0x80000000) >>> 0)
  return bytes
}

export function h3Frame(type: number, payload: Uint8Array = new Uint8Array()): Buffer {
  return Buffer.concat([varint(type), varint(payload.length), payload])
}

/** QPACK field lines with literal names (RFC 9204 §4.5.6), no table and no Huffman: any byte gets through. */
export function qpackFields(list: readonly string[]): Buffer {
  const parts: Buffer[] = [Buffer.of(0, 0)]
  for (let i = 0; i < list.length; i += 2) {
    const name = Buffer.from(list[i] ?? '', 'latin1')
    const value = Buffer.from(list[i + 1] ?? '', 'latin1')
    parts.push(prefixed(0x20, 3, name.length), name, prefixed(0, 7, value.length), value)
  }
  return Buffer.concat(parts)
}

/** RFC 7541 §5.1. */
function prefixed(flags: number, bits: number, value: number): Buffer {
  const most = (1 << bits) - 1
  if (value < most) return Buffer.of(flags | value)
  const bytes = [flags | most]
  let rest = value - most
  for (; rest >= 128; rest >>= 7) bytes.push((rest & 127) | 128)
  bytes.push(rest)
  return Buffer.from(bytes)
}

/** What is written on a request stream. */
export interface H3Case {
  readonly pieces: readonly Buffer[]
  /** Does the stream end behind the last piece? */
  readonly fin: boolean
}

export interface H3Outcome {
  readonly status: number | null
  /** RESET_STREAM's code. */
  readonly reset: number | null
  /** STOP_SENDING's code. */
  readonly stop: number | null
  /** CONNECTION_CLOSE's code. */
  readonly close: number | null
}

/** Sends cases one after the other, each on a connection of its own. */
export interface H3Raw {
  send(one: H3Case): Promise<H3Outcome>
  close(): void
}

export function openH3(port: number): H3Raw {
  const child = spawn(PYTHON, [SCRIPT, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async send({ pieces, fin }) {
      child.stdin.write(`${JSON.stringify({ pieces: pieces.map((piece) => piece.toString('hex')), fin })}\n`)
      const line = await lines.next()
      if (line.done === true) throw new Error('aioquic has ended')
      return JSON.parse(line.value) as H3Outcome
    },
    close: () => child.stdin.end(),
  }
}
