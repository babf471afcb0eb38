/** Everything that docs/CHECKLIST.md claims to exist does. Links and metrics are checked as in every other document. */
import { stat } from 'node:fs/promises'
import t from 'tap'
import { DASHBOARDS } from '../../../monitoring/dashboards/index.ts'
import { type SchemaNode, configSchema } from '../../../scripts/generators/config-schema.ts'
import { createProgram } from '../../../src/cli/program.ts'
import { ROOT, markdownFiles } from './markdown.ts'

const WISHES = ['must', 'fits', 'like', 'none']
const STATES = ['done', 'partly', 'not yet', 'not applicable']

const [file] = await markdownFiles('docs/CHECKLIST.md')
if (file === undefined) throw new Error('docs/CHECKLIST.md is missing')
const { text } = file
const words = [...new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word))]
const rows = text
  .split('\n')
  .filter((line) => /^\| \d+ +\|/.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
  .map(([, row, item = '', wish = '', state = '', where = '']) => ({
    row: Number(row),
    item,
    wish,
    state,
    where,
  }))

/** Panels by dashboard. */
const panels = new Map<string, ReadonlySet<string | null | undefined>>(
  Object.entries(DASHBOARDS).map(([uid, make]) => [
    uid,
    new Set((make().panels ?? []).map(({ title }) => title)),
  ]),
)

/** Is there such a key? Names that an operator chooses, such as a pool's, may be anything. */
function isKey(node: SchemaNode | undefined, path: readonly string[]): boolean {
  const [first, ...rest] = path
  if (node === undefined) return false
  if (first === undefined) return true
  const { properties, additionalProperties, items, anyOf = [] } = node
  const below =
    properties?.[first] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined)
  return isKey(below, rest) || isKey(items, path) || anyOf.some((one) => isKey(one, path))
}

t.test('every row is there once, in order', (t) => {
  t.same(
    rows.map(({ row }) => row),
    Array.from({ length: 137 }, (_, index) => index + 1),
  )
  t.end()
})

t.test('every row has a wish, a state, and what belongs to it', (t) => {
  for (const { row, wish, state, where } of rows) {
    t.ok(WISHES.includes(wish) && STATES.includes(state), `row ${row}: ${wish}, ${state}`)
    if (state === 'done' || state === 'partly') t.match(where, /`|\]\(/, `row ${row} says where`)
    if (state === 'partly')
      t.match(where, /\b(no|not|none|nobody|cannot)\b/i, `row ${row} says what is missing`)
  }
  t.end()
})

t.test('the sums are right', (t) => {
  const table = new Map(
    text
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter(([, wish = '']) => WISHES.includes(wish))
      .map(([, wish = '', ...counts]) => [wish, counts.slice(0, STATES.length).map(Number)]),
  )
  for (const wish of WISHES) {
    const counts = STATES.map(
      (state) => rows.filter((row) => row.wish === wish && row.state === state).length,
    )
    t.same(table.get(wish), counts, wish)
  }
  t.end()
})

t.test('every file exists', async (t) => {
  const paths = words.filter((word) => /^[\w.-]+(\/[\w.-]+)+$|^[\w.-]+\.(sh|yml|md|ts)$/.test(word))
  t.ok(paths.length > 30)
  for (const path of paths) t.ok(await stat(ROOT + path).catch(() => undefined), path)
})

t.test('every panel exists', (t) => {
  const named = words.filter((word) => word.includes(' › '))
  t.ok(named.length > 30)
  for (const word of named) {
    const [uid = '', title] = word.split(' › ')
    t.ok(panels.get(uid)?.has(title), word)
  }
  for (const uid of words.filter((word) => /^roam-\w+$/.test(word))) t.ok(panels.has(uid), uid)
  t.end()
})

t.test('every command exists', (t) => {
  const commands = new Set(createProgram().commands.map((command) => command.name()))
  const named = words.filter((word) => word.startsWith('roam '))
  t.ok(named.length > 2)
  for (const word of named) t.ok(commands.has(word.split(' ')[1] ?? ''), word)
  t.end()
})

t.test('every key of the configuration exists', (t) => {
  const schema = configSchema()
  const keys = words.filter((word) => /^[a-z]\w+(\.\w+)+$/i.test(word) && !/\.(sh|yml|md|ts)$/.test(word))
  t.ok(keys.length > 8)
  for (const key of keys) t.ok(isKey(schema, key.split('.')), key)
  t.notOk(isKey(schema, ['metrics', 'nonsense']))
  t.end()
})
