/** What `roam init --preset moodle` has to know, and whether an answer can be right. */
import { UserError } from '../user-error.ts'

export interface MoodleNode {
  readonly id: string
  readonly url: URL
}

export interface MoodleAnswers {
  readonly wwwroot: URL
  readonly nodes: readonly MoodleNode[]
  readonly cert: string
  readonly key: string
}

/** Throws a UserError that says what is wrong with it. */
export function parseWwwroot(text: string): URL {
  const url = URL.parse(text.trim())
  if (url === null) throw new UserError(`wwwroot "${text}" is no URL; it is such as https://moodle.example`)
  if (url.protocol !== 'https:')
    throw new UserError(
      `wwwroot must start with https://, not ${url.protocol}//: Roam serves Moodle over TLS`,
    )
  if (url.username + url.password + url.search + url.hash !== '')
    throw new UserError('wwwroot is scheme, host, port and path, nothing else')
  if (/[#"'\\\s]/.test(decodeURI(url.pathname)))
    throw new UserError('the path of wwwroot holds characters that no Moodle is installed under')
  return url
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

/** `id=url`, or a URL alone: then it is moodle-1, moodle-2 … by `position`. Throws a UserError. */
export function parseNode(text: string, position: number): MoodleNode {
  const [, id = `moodle-${position}`, address = ''] = /^(?:([^=:/]*)=)?(.*)$/.exec(text.trim()) ?? []
  if (!ID.test(id))
    throw new UserError(
      `node "${text}": a name is letters, digits, ".", "_" and "-", as in moodle-1=http://10.0.0.1:80`,
    )
  const url = URL.parse(address)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new UserError(`node "${text}": it is name=URL, such as moodle-1=http://10.0.0.1:80`)
  if (url.username + url.password + url.search + url.hash !== '' || url.pathname !== '/')
    throw new UserError(
      `node "${text}": the URL ends after the port; the path that the client asked for is what is forwarded`,
    )
  return { id, url }
}

/** Throws a UserError where two nodes are one, or none is there. */
export function checkNodes(nodes: readonly MoodleNode[]): readonly MoodleNode[] {
  if (nodes.length === 0)
    throw new UserError('at least one node is needed: --node moodle-1=http://10.0.0.1:80')
  const twice = nodes.find(({ id }, index) => nodes.findIndex((other) => other.id === id) !== index)
  if (twice !== undefined)
    throw new UserError(`two nodes are called ${twice.id}; each needs a name of its own`)
  return nodes
}
