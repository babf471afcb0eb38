import type { Backend } from '../../../../src/balancer/backend.ts'
import type { DownstreamConnection, Fields, RequestHead } from '../../../../src/core/exchange.ts'
import { backendsOfWeight } from '../../../support/backends.ts'

export const SECRET = Buffer.alloc(32, 7)

export function head(fields: Fields = [], target = '/'): RequestHead {
  return {
    method: 'GET',
    scheme: 'https',
    authority: 'moodle.test',
    target,
    path: target.split('?')[0]!,
    fields,
    contentLength: undefined,
    hasBody: false,
    expectsContinue: false,
  }
}

export function connection(remoteAddress = '192.0.2.1', migrations = 0): DownstreamConnection {
  return { protocol: 'h3', remoteAddress, remotePort: 1, localPort: 443, encrypted: true, migrations }
}

export const CLIENT = connection()
export const always = (): boolean => true
export const except =
  (...gone: readonly Backend[]) =>
  (one: Backend): boolean =>
    !gone.includes(one)

/** A pool of three. */
export const three = (): Backend[] => backendsOfWeight([1, 1, 1])
