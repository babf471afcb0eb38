/**
 * How many bytes of a response may be under way to Rust before the writer has to wait. The account is settled by
 * `writable`: Rust sends it once less than half of the window waits there, for a writer that was told to stop.
 */
import type { EngineHandler } from './contract.ts'

export class SendWindows {
  readonly #window: number
  /** Per connection and stream: bytes written since the start or since the last `writable`. */
  readonly #spent = new Map<number, Map<number, number>>()

  constructor(window: number) {
    this.#window = window
  }

  /** False: the window is used up, wait for `writable`. */
  spend(conn: number, stream: number, bytes: number): boolean {
    let streams = this.#spent.get(conn)
    if (!streams) this.#spent.set(conn, (streams = new Map<number, number>()))
    const spent = (streams.get(stream) ?? 0) + bytes
    streams.set(stream, spent)
    return spent < this.#window
  }

  /** The same handler, with the accounts settled before it hears of what settles them. */
  observe(handler: EngineHandler): EngineHandler {
    const settle = (conn: number, stream: number) => this.#spent.get(conn)?.delete(stream)
    return {
      connectionOpened: (conn, info) => handler.connectionOpened(conn, info),
      connectionClosed: (conn, info) => {
        this.#spent.delete(conn)
        handler.connectionClosed(conn, info)
      },
      handshakeFailed: (reason) => handler.handshakeFailed(reason),
      request: (conn, stream, fields, end, early) => handler.request(conn, stream, fields, end, early),
      data: (conn, stream, chunk) => handler.data(conn, stream, chunk),
      bodyEnd: (conn, stream, trailers) => handler.bodyEnd(conn, stream, trailers),
      requestReset: (conn, stream, code) => handler.requestReset(conn, stream, code),
      responseStopped: (conn, stream, code) => {
        settle(conn, stream)
        handler.responseStopped(conn, stream, code)
      },
      writable: (conn, stream) => {
        settle(conn, stream)
        handler.writable(conn, stream)
      },
      streamClosed: (conn, stream) => {
        settle(conn, stream)
        handler.streamClosed(conn, stream)
      },
      path: (conn, event) => handler.path(conn, event),
      sample: (conn, sample) => handler.sample(conn, sample),
      failed: (message) => handler.failed(message),
    }
  }
}
