/** A backend that keeps every byte it is sent, so that a test can say "nothing upstream" and mean it. */
import { createServer, type Socket } from 'node:net'

/** One request as it arrived, latin1. */
export interface SeenRequest {
  readonly head: string
  readonly body: string
}

export interface RawBackend {
  readonly url: string
  /** Everything that came on all connections, in order of arrival. */
  readonly bytes: string
  readonly requests: readonly SeenRequest[]
  /** Connections that ended before their request was complete. */
  readonly aborted: number
  /** Requests that have not been answered. */
  readonly open: number
  reset(): void
  close(): Promise<void>
}

/** `delayMs`: how long an answer takes. `answer`: its bytes. `hangUp`: the connection closes behind them. */
export interface RawBackendOptions {
  readonly delayMs?: number
  readonly answer?: string
  readonly hangUp?: boolean
}

const DEFAULT_ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: text/plain\r\n\r\nok'

/** Listens on a free port of 127.0.0.1. Reads lengths and chunks by the letter, and answers each request alike. */
export async function startRawBackend(options: RawBackendOptions = {}): Promise<RawBackend> {
  const { delayMs = 0, answer = DEFAULT_ANSWER, hangUp = false } = options
  const sockets = new Set<Socket>()
  let bytes = ''
  let requests: SeenRequest[] = []
  let aborted = 0
  let open = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    let pending = ''
    let waiting = 0
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1')
      bytes += text
      pending += text
      for (let end = messageEnd(pending); end !== undefined; end = messageEnd(pending)) {
        const head = pending.indexOf('\r\n\r\n') + 4
        requests.push({ head: pending.slice(0, head), body: pending.slice(head, end) })
        pending = pending.slice(end)
        open++
        waiting++
        setTimeout(() => {
          if (socket.destroyed) return
          open--
          waiting--
          socket.write(answer, 'latin1')
          if (hangUp) socket.end()
        }, delayMs)
      }
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      open -= waiting
      if (pending !== '' || waiting > 0) aborted++
    })
  })
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  server.once('error', reject)
  server.listen(0, '127.0.0.1', () => resolve(undefined))
  await promise
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    get bytes() {
      return bytes
    },
    get requests() {
      return requests
    },
    get aborted() {
      return aborted
    },
    get open() {
      return open
    },
    reset() {
      bytes = ''
      requests = []
      aborted = 0
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      const { promise: closed, resolve: done } = Promise.withResolvers<undefined>()
      server.close(() => done(undefined))
      await closed
    },
  }
}

/** Where the first message in the text ends; undefined: not all of it is there. */
function messageEnd(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n')
  if (head === -1) return undefined
  const start = head + 4
  const fields = text.slice(0, head).toLowerCase()
  const length = /\r\ncontent-length: *(\d+)/.exec(fields)?.[1]
  if (length !== undefined) return text.length >= start + Number(length) ? start + Number(length) : undefined
  if (!fields.includes('\r\ntransfer-encoding: chunked')) return start
  const last = /(^|\r\n)0\r\n\r\n/.exec(text.slice(start))
  return last === null ? undefined : start + last.index + last[0].length
}
