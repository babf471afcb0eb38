/** What a Moodle, pretended or of PHP, makes of a request under some Host. */
import { once } from 'node:events'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

/** page, loop, abused; or the status. */
export async function outcomeOf(
  url: string,
  wwwroot: string,
  host: string,
  path = '/login/index.php',
): Promise<string> {
  const [response] = (await once(get(`${url}${path}`, { headers: { host }, agent: false }), 'response')) as [
    IncomingMessage,
  ]
  return nameOutcome(wwwroot, response.statusCode, response.headers.location, await text(response))
}

export function nameOutcome(
  wwwroot: string,
  status: number | undefined,
  location: string | undefined,
  body: string,
): string {
  if (status === 303 && location?.startsWith(wwwroot) === true) return 'loop'
  if (status === 500 && body.includes('Reverse proxy enabled')) return 'abused'
  return status === 200 ? 'page' : `status ${String(status)}`
}

const WITH_PORT = 'https://x.example:9443'
const WITHOUT = 'https://x.example'

/**
 * What a real Moodle 4.2.1 answered: wwwroot, sslproxy, reverseproxy; then nginx with the client's Host, nginx with the
 * node's own, Apache with the client's, Apache with the node's.
 */
export const OUTCOMES = [
  [WITH_PORT, true, false, ['loop', 'loop', 'page', 'loop']],
  [WITH_PORT, true, true, ['page', 'page', 'abused', 'page']],
  [WITH_PORT, false, false, ['loop', 'loop', 'loop', 'loop']],
  [WITHOUT, true, false, ['page', 'loop', 'page', 'loop']],
  [WITHOUT, true, true, ['abused', 'page', 'abused', 'page']],
  [WITHOUT, false, false, ['loop', 'loop', 'loop', 'loop']],
] as const
