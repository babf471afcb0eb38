import type { AffinityConfig } from '../../config/types.ts'
import type { Affinity, Pin } from './affinity.ts'
import { cookieValues } from './cookies.ts'
import { pinByKey } from './hash-affinity.ts'
import { keyReader } from './key.ts'
import { createTokens } from './token.ts'

/** Cookies of our name that are looked at: each that is forged costs a MAC. Honest clients send one. */
const MOST_COOKIES = 4

const NEW: Pin = { backend: undefined, result: 'new', byCookie: true }
const MOVED: Pin = { backend: undefined, result: 'moved', byCookie: true }
const INVALID: Pin = { backend: undefined, result: 'invalid', byCookie: true }

/** Pins a client by a signed cookie of Roam's own, and one that has none by a key such as an app's token. */
export function cookieAffinity(
  { cookie, maxAgeSeconds, keys }: Extract<AffinityConfig, { by: 'cookie' }>,
  pool: string,
  secret: Buffer,
): Affinity {
  const tokens = createTokens(pool, secret)
  const keyOf = keyReader(keys)
  const attributes =
    (maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`) + '; Path=/; HttpOnly; SameSite=Lax'

  return {
    pinOf(head, connection, backends, usable) {
      const values = cookieValues(head.fields, cookie, MOST_COOKIES)
      let pin = values.length === 0 ? NEW : INVALID
      for (const value of values) {
        const backend = tokens.read(value, backends)
        if (backend === 'forged') continue
        pin = MOVED
        if (backend === 'unknown') continue
        return usable(backend) ? { backend, result: 'hit', byCookie: true } : MOVED
      }
      if (pin !== NEW) return pin
      const key = keyOf(head, connection)
      return key === undefined ? NEW : pinByKey(key, backends, usable)
    },

    fieldsFor({ backend, byCookie }, chosen, encrypted) {
      if (!byCookie || backend === chosen) return []
      return ['set-cookie', `${cookie}=${tokens.tokenOf(chosen)}${attributes}${encrypted ? '; Secure' : ''}`]
    },
  }
}
