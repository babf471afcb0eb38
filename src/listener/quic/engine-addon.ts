/**
 * The native addon: where it is, and what `native/binding` exports. Node-API values only; nothing above `engine*.ts`
 * sees them.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { EngineCertificate, EngineOptions, Fields, InheritedSocket } from './contract.ts'

/** Text, body bytes, and how much of the two arrays was filled. */
export type Taken = readonly [text: string, bytes: Buffer, words: number, numbers: number]

export interface NativeEngine {
  readonly port: number
  take(words: Uint32Array, numbers: Float64Array): Taken
  submit(records: Uint8Array): void
  submitLarge(head: Uint8Array, payload: Uint8Array): void
  counters(): number[]
  setCertificates(certificates: readonly EngineCertificate[]): void
  setAddressValidation(mode: string): void
  offer(peer: NativePeer): number[]
  yieldSocket(): void
  read(young: string): void
  drain(): void
  close(): void
}

export interface NativeRequest {
  readonly host: string
  readonly port: number
  readonly serverName: string
  readonly path: string
  readonly method: string
  readonly fields: Fields
  readonly ca?: string
  readonly insecure: boolean
  readonly timeoutMs: number
  readonly bodyLimitBytes: number
}

/** With an `errorCode` nothing else counts. */
export interface NativeAnswer {
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly status: number
  readonly fields: string[]
  readonly bodyBytes: number
  readonly bodyStart: Buffer
  readonly handshakeSeconds: number
  readonly firstByteSeconds: number
  readonly totalSeconds: number
  readonly rttSeconds: number
  readonly certificates: Buffer[]
  readonly alpn: string
  readonly quicVersion: number
  readonly remoteAddress: string
  readonly remotePort: number
}

/** With an `errorCode` nothing else counts. */
export interface NativeMessage {
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly text: string
}

export interface NativePeer {
  attach(descriptor: number): void
  send(text: string, timeoutMs: number): void
  receive(timeoutMs: number): Promise<NativeMessage>
  takeDescriptor(): number
  takeInheritance(generations: readonly number[]): InheritedSocket
  close(): void
}

export interface NativeRendezvous {
  take(): NativePeer | null
  close(): void
}

export interface Addon {
  h3Get(request: NativeRequest): Promise<NativeAnswer>
  NativeEngine: {
    new (host: string, port: number, options: EngineOptions, notify: () => void): NativeEngine
    inherit(socket: InheritedSocket, options: EngineOptions, notify: () => void): NativeEngine
  }
  NativePeer: { connect(path: string): NativePeer }
  NativeRendezvous: new (path: string, notify: () => void) => NativeRendezvous
}

const file = `roam-native.${process.platform}-${process.arch}.node`
/** From `src/listener/quic` and, once compiled, from `dist/src/listener/quic`. */
const places = ['../../../native/', '../../../../native/'].map((folder) =>
  fileURLToPath(new URL(folder + file, import.meta.url)),
)

let loaded: Addon | undefined

/** Throws `ERR_ADDON_MISSING` if it was never built for this platform. */
export function loadAddon(): Addon {
  if (loaded) return loaded
  const place = places.find((path) => existsSync(path))
  if (place === undefined) {
    const message = `HTTP/3 needs the native addon native/${file}, which is not built: run "npm run build:native"`
    throw Object.assign(new Error(message), { code: 'ERR_ADDON_MISSING' })
  }
  loaded = createRequire(import.meta.url)(place) as Addon
  return loaded
}
