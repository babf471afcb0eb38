/** `affinity` and `hash`: what a request is recognised by. */
import { z } from 'zod'
import type { KeySource } from '../types.ts'
import { decoded, duration, isToken, pattern, wrongType } from './scalars.ts'

const KEY = 'cookie:NAME, header:NAME, query:NAME, address or uri'

/** A list of what may be the key of a hash. */
export function keySources(description: string) {
  return z
    .array(decoded(KEY, parseKeySource), { error: wrongType(`a list of ${KEY}`) })
    .meta({ description, unit: 'list of `cookie:NAME`, `header:NAME`, `query:NAME`, `address`, `uri`' })
}

/** Keeping a client at its backend. */
export const affinitySchema = z
  .strictObject({
    by: z.enum(['cookie', 'hash']).meta({
      description:
        'cookie: a signed cookie of Roam’s own, which survives a login, a move to another network, a reload and, with secretFile, a restart. hash: of the first of `keys` that the request has, without a cookie.',
    }),
    cookie: pattern(
      {
        description:
          'Name of the cookie; answers that shared caches may keep do not set it. With `by: cookie` only. Default: `roam_backend`.',
      },
      /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/,
      'must be a cookie name: letters, digits, "_" and "-"',
    ).optional(),
    maxAge: duration(
      {
        description:
          'How long a browser keeps the cookie. With `by: cookie` only. Default: until it is closed.',
      },
      { min: '1m', max: '400d' },
    ).optional(),
    keys: keySources(
      'What pins a client without the cookie, by hash: the first that the request has. `address` changes when a client moves.',
    ).prefault([]),
  })
  .meta({
    description:
      'Keeping a client at the backend that it had. Without this key every request goes where the policy says, which is right where sessions are shared between the backends.',
  })

/** Decoded affinity. */
export type Affinity = z.output<typeof affinitySchema>

function parseKeySource(text: string): KeySource | undefined {
  if (text === 'address' || text === 'uri') return { from: text }
  const [, from, name = ''] = /^(cookie|header|query):(.+)$/.exec(text) ?? []
  if (from === 'cookie' && isToken(name)) return { from, name }
  if (from === 'header' && isToken(name)) return { from, name: name.toLowerCase() }
  if (from === 'query' && /^[^\s&=#?\x00-\x1f\x7f]+$/.test(name)) return { from, name }
  return undefined
}
