/** docs/LOGS.md has every message that Roam writes and every field of a request, and none that it does not write. */
import { glob, readFile } from 'node:fs/promises'
import t from 'tap'
import ts from 'typescript'
import { createEvents } from '../../../src/core/events.ts'
import { createAccessLog } from '../../../src/telemetry/access-log.ts'
import { recorder } from '../telemetry/lines.ts'
import { REQUEST } from '../telemetry/support.ts'
import { ROOT } from './markdown.ts'

const LEVELS = new Set(['debug', 'info', 'warn', 'error', 'fatal'])

/** What is certain of a message: the text before its first variable part. */
interface Message {
  readonly level: string
  readonly start: string
}

const doc = await readFile(`${ROOT}docs/LOGS.md`, 'utf8')
/** The cells of a section's table rows that begin with code; dots stand for what differs. */
const rows = (heading: string): readonly (readonly string[])[] =>
  (doc.split(`## ${heading}\n`)[1] ?? '')
    .split('\n## ')[0]!
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| |[`|]/g, '').trim()))

/** The texts that an expression can be: both branches of a choice, the beginning of a template. */
function starts(node: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node)) return [node.head.text]
  return ts.isConditionalExpression(node) ? [...starts(node.whenTrue), ...starts(node.whenFalse)] : []
}

/** Every call of a logger in a source text. */
function messages(text: string): readonly Message[] {
  const found: Message[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression, name } = node.expression
      const last = node.arguments.at(-1)
      if (LEVELS.has(name.text) && /\blog$/.test(expression.getText()) && last !== undefined)
        found.push(...starts(last).map((start) => ({ level: name.text, start })))
    }
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true), visit)
  return found
}

const written: Message[] = []
/** Of src/config/, whose warnings are logged at the start. */
let config = ''
for await (const path of glob('src/**/*.ts', { cwd: ROOT })) {
  const text = await readFile(ROOT + path, 'utf8')
  written.push(...messages(text))
  if (path.startsWith('src/config/')) config += text
}
const described = rows('Messages and what to do').map(([text = '', level = '', advice = '']) => ({
  parts: text.split('…'),
  level,
  advice,
}))

t.test('every message that is written is described, at its level', (t) => {
  t.ok(written.length > 10)
  const missing = written.filter(
    ({ level, start }) => !described.some((row) => row.parts[0] === start && row.level.includes(level)),
  )
  // `request` is also written at debug, which its own section says.
  t.same(
    missing.filter(({ level, start }) => !(start === 'request' && level === 'debug')),
    [],
  )
  t.end()
})

t.test('every message that is described is written', (t) => {
  const unknown = described.filter(
    ({ parts, level }) =>
      !written.some(({ start }) => start === parts[0]) &&
      !(level === 'warn' && parts.every((part) => config.includes(part))),
  )
  t.same(unknown, [])
  t.end()
})

t.test('every message says what to do', (t) => {
  for (const { parts, advice } of described) t.ok(advice.length > 10, parts.join('…'))
  t.end()
})

t.test('the fields of a request are those of its line', (t) => {
  const events = createEvents()
  const { log, parsed } = recorder()
  createAccessLog({ events, log })
  events.emit('request:end', { ...REQUEST, error: 'INTERNAL', errorMessage: 'why', queueSeconds: 1 })
  const fields = Object.keys(parsed()[0] ?? {}).filter((name) => name.includes('.'))
  t.same(
    rows('Fields of a request').map(([name]) => name),
    fields,
  )
  t.end()
})
