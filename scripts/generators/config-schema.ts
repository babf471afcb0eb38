/** docs/roam.schema.json: lets an editor complete and check roam.yaml. */
import { z } from 'zod'
import { rootSchema } from '../../src/config/schema/root.ts'

/** A node of the JSON Schema, with what the schema's own metadata adds. */
export interface SchemaNode {
  readonly type?: string
  readonly description?: string
  readonly unit?: string
  readonly source?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
}

/** The configuration as an operator writes it, before decoding. */
export function configSchema(): SchemaNode {
  return z.toJSONSchema(rootSchema, { io: 'input' }) as SchemaNode
}

/** The file's text. */
export function configSchemaText(): string {
  return JSON.stringify(configSchema())
}
