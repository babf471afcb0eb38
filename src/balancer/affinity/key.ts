import type { KeySource } from '../../config/types.ts'
import type { DownstreamConnection, RequestHead } from '../../core/exchange.ts'
import { cookieValues } from './cookies.ts'

/** Reads a request's key: undefined where it has none. */
export type KeyReader = (head: RequestHead, connection: DownstreamConnection) => string | undefined

/** The first of the sources that a request has, for the policy `hash` and for affinity. An empty value is none. */
export function keyReader(sources: readonly KeySource[]): KeyReader {
  const readers = sources.map(reader)
  return (head, connection) => {
    for (const read of readers) {
      const key = read(head, connection)
      if (key !== undefined && key !== '') return key
    }
    return undefined
  }
}

function reader(source: KeySource): KeyReader {
  switch (source.from) {
    case 'address':
      return (_head, connection) => connection.remoteAddress
    case 'uri':
      return (head) => head.path
    case 'cookie':
      return ({ fields }) => cookieValues(fields, source.name, 1)[0]
    case 'header': {
      const name = source.name.toLowerCase()
      return ({ fields }) => {
        for (let i = 0; i < fields.length; i += 2) if (fields[i] === name) return fields[i + 1]
        return undefined
      }
    }
    case 'query':
      return ({ target }) => queryValue(target, `${source.name}=`)
  }
}

/** As the client wrote it: what is decoded differently by others is never the same key by accident. */
function queryValue(target: string, prefix: string): string | undefined {
  const hash = target.indexOf('?')
  let at = hash === -1 ? target.length : hash + 1
  while (at < target.length) {
    const border = target.indexOf('&', at)
    const end = border === -1 ? target.length : border
    if (target.startsWith(prefix, at)) return target.slice(at + prefix.length, end)
    at = end + 1
  }
  return undefined
}
