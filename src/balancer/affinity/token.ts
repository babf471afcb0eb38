import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Backend } from '../backend.ts'

/** In characters of base64url: 9 bytes of id and 15 of MAC, both whole numbers of characters, so nothing is ever decoded. */
const ID_LENGTH = 12
const MAC_LENGTH = 20

/** Makes and reads the values of one pool's affinity cookies. */
export interface Tokens {
  /** Names the backend to nobody but who holds the secret; the same for the same backend for ever. */
  tokenOf(backend: Backend): string
  /** The backend that a token names. 'unknown': it is ours, but of none of these backends. 'forged': it is not ours. */
  read(token: string, backends: readonly Backend[]): Backend | 'unknown' | 'forged'
}

/**
 * A token is an opaque id of the backend and a MAC over it, each by a key of its own that the deployment's secret and the
 * pool's name decide. It holds nothing else: two clients of one backend have the same, so it identifies nobody.
 */
export function createTokens(pool: string, secret: Buffer): Tokens {
  const idKey = derive(secret, `roam affinity id\0${pool}`)
  const macKey = derive(secret, `roam affinity mac\0${pool}`)
  const idOf = (backend: Backend) => digest(idKey, backend.id).slice(0, ID_LENGTH)
  const macOf = (id: string) => digest(macKey, id).slice(0, MAC_LENGTH)

  let indexed: readonly Backend[] | undefined
  /** By id; the MAC in bytes, ready to compare. */
  let index = new Map<string, { readonly backend: Backend; readonly mac: Buffer }>()
  const tokens = new WeakMap<Backend, string>()

  const tokenOf = (backend: Backend) => {
    let token = tokens.get(backend)
    if (token === undefined) {
      const id = idOf(backend)
      tokens.set(backend, (token = id + macOf(id)))
    }
    return token
  }

  return {
    tokenOf,
    read(token, backends) {
      if (token.length !== ID_LENGTH + MAC_LENGTH) return 'forged'
      if (backends !== indexed) {
        index = new Map(
          backends.map((backend) => {
            const own = tokenOf(backend)
            return [own.slice(0, ID_LENGTH), { backend, mac: Buffer.from(own.slice(ID_LENGTH), 'latin1') }]
          }),
        )
        indexed = backends
      }
      const id = token.slice(0, ID_LENGTH)
      const known = index.get(id)
      const mac = Buffer.from(token.slice(ID_LENGTH), 'latin1')
      if (!timingSafeEqual(mac, known?.mac ?? Buffer.from(macOf(id), 'latin1'))) return 'forged'
      return known?.backend ?? 'unknown'
    },
  }
}

const derive = (secret: Buffer, purpose: string) => createHmac('sha256', secret).update(purpose).digest()
const digest = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('base64url')
