/** Names of response fields: the common ones by one look-up, the dangerous ones by what they are for. */

/** `drop`: for this hop only, or none of the client's business. */
export type Care = 'none' | 'length' | 'connection' | 'drop'

/** A name in lower case and what to do about it. */
export interface KnownResponseName {
  readonly name: string
  readonly care: Care
}

const PLAIN = `accept-ranges access-control-allow-origin age allow cache-control content-disposition content-encoding
  content-language content-range content-security-policy content-type date etag expires last-modified link location
  permissions-policy pragma referrer-policy retry-after server set-cookie strict-transport-security trailer vary via
  www-authenticate x-content-type-options x-frame-options x-powered-by x-robots-tag`

/**
 * RFC 9110 §7.6.1, and `alt-svc`: a backend's alternative is a way around the balancer; listeners offer their own.
 */
const DROPPED = `alt-svc http2-settings keep-alive proxy-authenticate proxy-connection te transfer-encoding upgrade`

const known = new Map<string, KnownResponseName>()
for (const name of PLAIN.split(/\s+/)) learn(name, 'none')
for (const name of DROPPED.split(' ')) learn(name, 'drop')
learn('content-length', 'length')
learn('connection', 'connection')

function learn(name: string, care: Care): void {
  const entry: KnownResponseName = { name, care }
  known.set(name, entry)
  // The spelling most backends use.
  known.set(
    name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
    entry,
  )
}

/** Undefined: not a common name. */
export function lookUpResponseName(name: string): KnownResponseName | undefined {
  return known.get(name)
}

/**
 * Orders from an application to the web server on its own node, which show where files lie if they leak out.
 * `x-accel-buffering` passes: it says that nobody on the way should buffer, and Roam does not.
 */
export function isPrivateToBackend(name: string): boolean {
  if (name.charCodeAt(0) !== 0x78) return false
  return (
    (name.startsWith('x-accel-') && name !== 'x-accel-buffering') ||
    name.startsWith('x-sendfile') ||
    name === 'x-lighttpd-send-file'
  )
}
