/** The two ways in which Moodle and Roam fit together; docs/MOODLE.md says why there are two. */

/** One line of config.php, and what it is for. */
export interface PhpLine {
  readonly code: string
  readonly why: string
}

export interface Recipe {
  /** A: the public port is 443. B: it is another one. */
  readonly name: 'A' | 'B'
  readonly hostHeader: 'preserve' | 'backend'
  /** What config.php of every node has to hold. */
  readonly lines: readonly PhpLine[]
  /** What it must not hold. */
  readonly forbidden: string | undefined
}

export const SSLPROXY = '$CFG->sslproxy = true;'
export const REVERSEPROXY = '$CFG->reverseproxy = true;'
export const CLIENT_ADDRESS = '$CFG->getremoteaddrconf = 1;'

/** The line that names the site. */
export function wwwrootLine(wwwroot: URL): string {
  return `$CFG->wwwroot = '${siteOf(wwwroot)}';`
}

/** As config.php wants it: without a slash at the end. */
export function siteOf(wwwroot: URL): string {
  return wwwroot.origin + basePath(wwwroot)
}

/** The path under which the site lives: '' or '/moodle'. */
export function basePath(wwwroot: URL): string {
  return wwwroot.pathname.replace(/\/+$/, '')
}

/** Its port decides: only without one in wwwroot does Moodle leave the node's own port alone. */
export function recipeFor(wwwroot: URL): Recipe {
  const common: PhpLine[] = [
    { code: wwwrootLine(wwwroot), why: 'the public address, the same on every node' },
    { code: SSLPROXY, why: 'TLS ends at Roam' },
  ]
  const address = { code: CLIENT_ADDRESS, why: 'believe the client’s address that Roam sends' }
  if (wwwroot.port === '') {
    return { name: 'A', hostHeader: 'preserve', lines: [...common, address], forbidden: REVERSEPROXY }
  }
  const reverse = { code: REVERSEPROXY, why: 'Roam sends the node’s own name as Host' }
  return { name: 'B', hostHeader: 'backend', lines: [...common, reverse, address], forbidden: undefined }
}
