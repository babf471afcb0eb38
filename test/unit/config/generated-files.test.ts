import { execFileSync } from 'node:child_process'
import t from 'tap'
import { configSchema } from '../../../scripts/generators/config-schema.ts'
import type { SchemaNode } from '../../../scripts/generators/config-schema.ts'

const script = new URL('../../../scripts/generate.ts', import.meta.url).pathname
t.equal(
  execFileSync(process.execPath, [script, '--check']).toString(),
  '',
  'generated files regenerate without a diff',
)

const undescribed: string[] = []
function walk(node: SchemaNode, path: string): void {
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    if (child.description === undefined) undescribed.push(`${path}.${key}`)
    walk(child, `${path}.${key}`)
  }
  for (const child of [node.items, ...(node.anyOf ?? [])]) if (child !== undefined) walk(child, path)
  if (typeof node.additionalProperties === 'object') walk(node.additionalProperties, path)
}
walk(configSchema(), '')
t.strictSame(undescribed, [], 'every key is explained')
