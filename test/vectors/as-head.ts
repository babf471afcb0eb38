/** Vectors in each protocol's own words. */
import type { Fields, Protocol, RawHead } from '../../src/core/exchange.ts'
import { splitPseudo } from '../../src/http/pseudo.ts'
import type { Vector } from './requests.ts'

export const DEFAULT_AUTHORITY = 'roam.example'

/** The HTTP/1 head's fields, Host first. */
export function h1Fields(vector: Vector): Fields {
  const host = vector.authority === null ? [] : ['host', vector.authority ?? DEFAULT_AUTHORITY]
  return [
    ...host,
    ...(vector.hosts ?? []).flatMap((value) => ['host', value]),
    ...(vector.fields ?? []).flat(),
  ]
}

/** The HTTP/2 and HTTP/3 field list, pseudo-headers first. */
export function pseudoList(vector: Vector): Fields {
  if (vector.list !== undefined) return vector.list.flat()
  return [
    ':method',
    vector.method ?? 'GET',
    ...(vector.authority === null ? [] : [':authority', vector.authority ?? DEFAULT_AUTHORITY]),
    ':scheme',
    vector.scheme ?? 'https',
    ':path',
    vector.target ?? '/',
    ...(vector.hosts ?? []).flatMap((value) => ['host', value]),
    ...(vector.fields ?? []).flat(),
  ]
}

/** What a listener would hand over; throws what the splitter throws. */
export function asRawHead(vector: Vector, protocol: Protocol): RawHead {
  const hasBody = vector.hasBody ?? false
  if (protocol !== 'http/1.1') {
    return { ...splitPseudo(pseudoList(vector)), version: protocol === 'h2' ? '2' : '3', hasBody }
  }
  return {
    method: vector.method ?? 'GET',
    target: vector.target ?? '/',
    authority: undefined,
    scheme: undefined,
    fields: h1Fields(vector),
    version: vector.version ?? '1.1',
    hasBody,
  }
}
