import type { Fields } from '../core/exchange.ts'

/**
 * May a cache that many clients share keep an answer with these fields (RFC 9111 §3)? It would give each of them what is in
 * it, Set-Cookie too (§7.3).
 */
export function isForEverybody(fields: Fields): boolean {
  let shared = false
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] !== 'cache-control') continue
    for (const directive of fields[i + 1]!.toLowerCase().split(',')) {
      const [name = '', value = ''] = directive.trim().split('=')
      if (name === 'private' || name === 'no-store') return false
      if (name === 'public' || ((name === 's-maxage' || name === 'max-age') && value !== '0')) shared = true
    }
  }
  return shared
}
