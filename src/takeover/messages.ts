/**
 * What the two processes say to each other, one JSON object a message, in this order:
 *
 *   new: hello ─▶ old: offer, socket … (descriptors) ─▶ new: ready ─▶ old: yours ─▶ new: begun
 *
 * Either may say `refused` instead, or just hang up: up to `begun` the old process goes on as if nothing had been.
 */
import { TakeoverError } from './error.ts'

/** How the two talk; raised when a message changes its meaning. */
export const VERSION = 1

/** A message must have left, or come, within this time where nobody has anything to do before it. */
export const PROMPT_MS = 5_000

interface Messages {
  hello: { readonly version: number; readonly pid: number }
  offer: {
    readonly pid: number
    /** Of the old process. */
    readonly generation: number
    /** Base64; what restarts of one deployment share, for a configuration without secretFile. */
    readonly secret: string
    /** How many `socket` messages follow. */
    readonly sockets: number
  }
  /** Comes with a listening TCP socket, or with a UDP socket and a channel for each of the generations. */
  socket: {
    readonly transport: 'tcp' | 'udp'
    /** Which configured address it is. */
    readonly key: string
    readonly port: number
    readonly generations: readonly number[]
  }
  /** Everything that can fail was done. `taken`: places of the sockets that the new process wants. */
  ready: { readonly taken: readonly number[] }
  /** The old process reads no more. For each UDP socket that was taken, by place: what `Engine.read` wants to know. */
  yours: { readonly young: Readonly<Record<string, string>> }
  /** The new process serves. */
  begun: { readonly pid: number }
  refused: { readonly why: string }
}

/** The part of a peer that carries words. */
export interface Talk {
  send(text: string, timeoutMs: number): void
  receive(timeoutMs: number): Promise<string>
}

/** Throws an Error with a code where the other process has gone. */
export function say<T extends keyof Messages>(talk: Talk, type: T, message: Messages[T]): void {
  talk.send(JSON.stringify({ type, ...message }), PROMPT_MS)
}

/** Waits for the message that has to come now; rejects where another one comes, or none. */
export async function hear<T extends keyof Messages>(
  talk: Talk,
  type: T,
  timeoutMs: number = PROMPT_MS,
): Promise<Messages[T]> {
  const message = JSON.parse(await talk.receive(timeoutMs)) as Messages[keyof Messages] & { type?: unknown }
  if (message.type === type) return message as Messages[T]
  if (message.type === 'refused' && 'why' in message) throw new TakeoverError(message.why)
  throw new TakeoverError(`it said "${String(message.type)}" where "${type}" was due`)
}
