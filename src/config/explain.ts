/** Turns what zod found into problems in an operator's words. */
import { z } from 'zod'
import { nearest } from './nearest.ts'
import type { Path, Problem } from './problem.ts'
import { rootSchema } from './schema/root.ts'
import { describeValue } from './schema/scalars.ts'

type RawIssue = Parameters<z.core.$ZodErrorMap>[0]

/** Words for issues that the schema itself says nothing about. */
export function generalMessage(issue: RawIssue): string | undefined {
  const { input } = issue
  if (issue.code === 'invalid_type') {
    if (input === undefined) return 'is required'
    return `must be ${article(issue.expected)}, not ${describeValue(input)}`
  }
  if (issue.code === 'invalid_value') {
    if (input === undefined) return 'is required'
    const known = issue.values.map((value) => String(value))
    const guess = typeof input === 'string' ? nearest(input, known) : undefined
    const question = guess === undefined ? '' : `; did you mean ${guess}?`
    return `must be one of ${known.join(', ')}, not ${describeValue(input)}${question}`
  }
  if (issue.code === 'too_small' && issue.origin === 'int') return `must be at least ${issue.minimum}`
  if (issue.code === 'too_big' && issue.origin === 'int') return `must be at most ${issue.maximum}`
  if (issue.code === 'too_small' && issue.origin === 'number') return `must be at least ${issue.minimum}`
  if (issue.code === 'too_big' && issue.origin === 'number') return `must be at most ${issue.maximum}`
  return undefined
}

/** One zod issue → one problem, or several where it names several unknown keys. */
export function explain(issue: z.core.$ZodIssue): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(path, key) }))
  }
  if (issue.code === 'invalid_key') {
    return [{ path, message: `as a name, it ${issue.issues[0]?.message ?? 'is not allowed'}` }]
  }
  // A union says only "invalid"; its branch that is a mapping knows which key inside is wrong.
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.find((branch) => branch.some(isInside))
    if (inner !== undefined) {
      return inner.flatMap((nested) => explain({ ...nested, path: [...issue.path, ...nested.path] }))
    }
  }
  return [{ path, message: issue.message }]
}

function isInside(issue: z.core.$ZodIssue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys'
}

function unknownKey(parent: Path, key: string): string {
  const known = knownKeys(parent)
  const guess = nearest(key, known)
  if (guess !== undefined) return `unknown key; did you mean ${guess}?`
  return `unknown key; known here: ${known.join(', ')}`
}

interface JsonNode {
  readonly properties?: Readonly<Record<string, JsonNode>>
  readonly additionalProperties?: JsonNode | boolean
  readonly items?: JsonNode
  readonly anyOf?: readonly JsonNode[]
}

function knownKeys(path: Path): string[] {
  let nodes: readonly JsonNode[] = [z.toJSONSchema(rootSchema, { io: 'input' }) as JsonNode]
  for (const part of path) nodes = nodes.flatMap(branches).flatMap((node) => step(node, part))
  return nodes.flatMap(branches).flatMap((node) => Object.keys(node.properties ?? {}))
}

function branches(node: JsonNode): readonly JsonNode[] {
  return node.anyOf ?? [node]
}

function step(node: JsonNode, part: string | number): JsonNode[] {
  const rest = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined
  const child = typeof part === 'number' ? node.items : (node.properties?.[part] ?? rest)
  return child === undefined ? [] : [child]
}

const ARTICLES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'text',
  int: 'a whole number',
  number: 'a number',
}

function article(expected: string): string {
  return ARTICLES[expected] ?? `a ${expected}`
}
