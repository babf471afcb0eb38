import { readFileSync } from 'node:fs'
import t from 'tap'
import { configSchema } from '../../../scripts/generators/config-schema.ts'
import type { SchemaNode } from '../../../scripts/generators/config-schema.ts'

const read = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
const page = read('CONFIG.md')
const forEditors: unknown = JSON.parse(read('roam.schema.json'))

function keysOf(node: SchemaNode, path = ''): string[] {
  const named = Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
    `${path}.${key}`,
    ...keysOf(child, `${path}.${key}`),
  ])
  const rest =
    typeof node.additionalProperties === 'object' ? keysOf(node.additionalProperties, `${path}.<name>`) : []
  const items = node.items === undefined ? [] : keysOf(node.items, `${path}[]`)
  return [...named, ...rest, ...items, ...(node.anyOf ?? []).flatMap((branch) => keysOf(branch, path))]
}

const keys = keysOf(configSchema())
t.strictSame(keysOf(forEditors as SchemaNode), keys, 'editors know every key')
t.ok(keys.length > 100)

/** Heading of a mapping → the keys in its table. */
const sections = new Map(
  page.split(/^## /m).map((text) => {
    const heading = /^`?([^`\n]*)/.exec(text)?.[1] ?? ''
    return [heading, new Set([...text.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]))]
  }),
)
const missing = keys.filter((path) => {
  const dot = path.lastIndexOf('.')
  return sections.get(path.slice(1, dot) || 'The file')?.has(path.slice(dot + 1)) !== true
})
t.strictSame(missing, [], 'docs/CONFIG.md has every key in the table of its mapping')
