/** Bytes to a socket, and what came back: no HTTP client would send what these tests must. */
import { connect as connectPlain, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectSecure } from 'node:tls'

/** What a server did with the bytes. */
export interface RawAnswer {
  /** Statuses of all responses, interim ones included. */
  readonly statuses: readonly number[]
  readonly text: string
  /** Did the server close the connection? */
  readonly closed: boolean
}

export interface RawSendOptions {
  readonly secure?: boolean
  /** Pieces are written this far apart. */
  readonly pauseMs?: number
  /** How long to wait for the server to close. */
  readonly waitMs?: number
  /** Do not wait for a close once this many responses came. */
  readonly responses?: number
}

/** Opens a connection; TLS without a look at the certificate's issuer, which is the test's own. */
export async function openRaw(
  port: number,
  secure = false,
  alpn: readonly string[] = ['http/1.1'],
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const socket = secure
    ? connectSecure({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: [...alpn] }, () =>
        resolve(undefined),
      )
    : connectPlain(port, '127.0.0.1', () => resolve(undefined))
  socket.setNoDelay(true)
  socket.once('error', reject)
  await promise
  socket.off('error', reject)
  // A reset is an answer too.
  socket.on('error', () => {})
  return socket
}

/** Sends the pieces (latin1) and listens until the server closes, enough responses came, or the time is up. */
export async function sendRaw(
  port: number,
  pieces: string | readonly string[],
  options: RawSendOptions = {},
): Promise<RawAnswer> {
  const { secure = false, pauseMs = 20, waitMs = 1000, responses = Infinity } = options
  const socket = await openRaw(port, secure)
  let text = ''
  let closed = false
  const { promise: done, resolve } = Promise.withResolvers<undefined>()
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    if (statusesOf(text).length >= responses) resolve(undefined)
  })
  socket.once('end', () => (closed = true))
  socket.once('close', () => {
    closed = true
    resolve(undefined)
  })
  for (const [i, piece] of (typeof pieces === 'string' ? [pieces] : pieces).entries()) {
    if (i > 0) await sleep(pauseMs)
    if (socket.writable) socket.write(piece, 'latin1')
  }
  const timer = setTimeout(() => resolve(undefined), waitMs)
  await done
  clearTimeout(timer)
  socket.destroy()
  return { statuses: statusesOf(text), text, closed }
}

function statusesOf(text: string): number[] {
  return [...text.matchAll(/(?:^|\n|ok)HTTP\/1\.1 (\d{3})[ \r]/g)].map((match) => Number(match[1]))
}
