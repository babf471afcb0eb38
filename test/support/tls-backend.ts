/** An https: backend with a certificate of a test's own authority. */
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Test } from 'tap'
import { issueAuthority, issueServer } from '../../src/cli/dev-ca/issue.ts'

export interface TlsBackend {
  readonly port: number
  /** PEM of the authority. */
  readonly ca: string
  /** The server name of each connection; '' where none was sent. */
  readonly names: readonly string[]
}

/** For certificates of one year, issued at `now`. */
export async function startTlsBackend(
  t: Test,
  names: readonly string[],
  {
    now = new Date(),
    answer = (_request, response) => response.end('secret'),
  }: {
    now?: Date
    answer?: RequestListener
  } = {},
): Promise<TlsBackend> {
  const authority = issueAuthority('test CA', names, now)
  const seen: string[] = []
  const server = createServer(issueServer(authority, names, now), answer)
  server.on('secureConnection', (socket: TLSSocket & { readonly servername?: string | false }) => {
    seen.push(socket.servername || '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, ca: authority.cert, names: seen }
}
