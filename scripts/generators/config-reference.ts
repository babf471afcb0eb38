/** docs/CONFIG.md: every key with its value, default, meaning and source, from the schema that checks the file. */
import { configSchema } from './config-schema.ts'
import type { SchemaNode } from './config-schema.ts'

const INTRODUCTION = `# Configuration

Roam reads one YAML file. \`roam init\` writes a commented one to start from, \`roam check --config roam.yaml\` says what is
wrong with one: every mistake at once, with its line. An unknown key is a mistake.

Editors complete and check the file with [roam.schema.json](roam.schema.json); \`roam init\` puts the line for it on top.

| written as | examples | note |
| --- | --- | --- |
| duration | \`250ms\`, \`15s\`, \`2m\`, \`24h\`, \`7d\` | a number alone means nothing |
| size | \`512B\`, \`64KiB\`, \`10MB\` | KiB, MiB, GiB: powers of 1024; KB, MB, GB: of 1000 |
| percent | \`50%\`, \`12.5%\` | |
| on or off | \`on\`, \`off\`, \`true\`, \`false\` | |
| address:port | \`:9443\`, \`0.0.0.0:9443\`, \`127.0.0.1:9443\`, \`[::1]:9443\` | without a host: every address, IPv4 and IPv6 |
| list of ranges | \`[loopback, private, 10.20.0.0/16, "2001:db8::/32"]\` | loopback and private are the usual ranges |
| path | \`certs/site.pem\` | relative to the directory of the file |

The environment variables \`LOG_LEVEL\` and \`LOG_FORMAT\` override \`log.level\` and \`log.format\`.
`

/** The page's text. */
export function configReference(): string {
  const sections = objectsOf(configSchema(), []).map(section)
  return [
    INTRODUCTION,
    '<!-- Generated from src/config/schema/ by npm run generate. Do not edit. -->\n',
    ...sections,
  ].join('\n')
}

interface Place {
  readonly node: SchemaNode
  readonly path: string
}

/** Every mapping of the schema, parents first. */
function objectsOf(node: SchemaNode, path: readonly string[]): Place[] {
  const own = node.properties === undefined ? [] : [{ node, path: path.join('') }]
  const children = Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
    objectsOf(child, [...path, path.length === 0 ? key : `.${key}`]),
  )
  const items = node.items === undefined ? [] : objectsOf(node.items, [...path, '[]'])
  const rest = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined
  const named = rest === undefined ? [] : objectsOf(rest, [...path, '.<name>'])
  const branches = (node.anyOf ?? []).flatMap((branch) => objectsOf(branch, path))
  return [...own, ...children, ...items, ...named, ...branches]
}

function section({ node, path }: Place): string {
  const required = new Set(node.required)
  const rows = Object.entries(node.properties ?? {}).map(([key, child]) => {
    const fallback = required.has(key) ? 'required' : defaultOf(child)
    return row([`\`${key}\``, valueOf(child), fallback, child.description ?? '', child.source ?? ''])
  })
  return [
    path === '' ? '## The file\n' : `## \`${path}\`\n\n${node.description ?? ''}\n`,
    row(['key', 'value', 'default', 'meaning', 'source of the default']),
    row(['---', '---', '---', '---', '---']),
    ...rows,
    '',
  ].join('\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function valueOf(node: SchemaNode): string {
  if (node.unit !== undefined) return node.unit
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (node.type === 'integer') return `${node.minimum ?? ''} … ${node.maximum ?? ''}`
  if (node.type === 'string') return 'text'
  if (node.type === 'array') return 'list, see below'
  return 'mapping, see below'
}

function defaultOf({ default: value, properties }: SchemaNode): string {
  if (value === undefined) return '–'
  const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0
  if (empty) return properties === undefined ? 'none' : 'as below'
  if (typeof value === 'boolean') return value ? '`on`' : '`off`'
  if (Array.isArray(value)) return `\`[${value.join(', ')}]\``
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}
