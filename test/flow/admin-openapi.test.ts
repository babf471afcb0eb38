import t from 'tap'
import { z } from 'zod'
import { ROUTES } from '../../src/admin/routes.ts'
import { ask } from '../support/client.ts'
import { type Answer, startAdmin } from './admin-support.ts'

interface Operation {
  readonly operationId: string
  readonly security: readonly object[]
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { schema: object }>> }>
  >
}
interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

const admin = await startAdmin(t, { backends: 2 })
const document = (await admin.look('/openapi.json')).body as unknown as Document
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
)

/** What the document says of an answer, as it says it. */
function schemaOf({ responses }: Operation, { status, headers }: Answer): z.ZodType {
  const { content } = responses[status] ?? responses['default']!
  const { schema } = content[headers['content-type'] ?? '']!
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas })
  return z.fromJSONSchema(
    JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as z.core.JSONSchema.JSONSchema,
  )
}

t.test('the description names every route once', (t) => {
  t.equal(document.openapi, '3.1.1')
  const named = operations.map(({ method, path }) => `${method} ${path}`)
  t.strictSame(
    named.toSorted(),
    ['GET /openapi.json', ...ROUTES.map((r) => `${r.method} ${r.path}`)].toSorted(),
  )
  const ids = operations.map(({ operation }) => operation.operationId)
  t.equal(new Set(ids).size, ids.length)
  for (const { method, operation } of operations)
    t.equal(operation.security.length, method === 'GET' ? 0 : 1, operation.operationId)
  t.end()
})

t.test('every reference leads somewhere', (t) => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]*)"/g)]
  t.ok(references.length > operations.length)
  for (const [, id] of references) t.ok(document.components.schemas[id!], id!)
  t.end()
})

t.test('every answer is as described', async (t) => {
  const running = ask(admin, 'h3', { path: '/delay/1000' })
  await new Promise((resolve) => admin.events.once('backend:selected', resolve))
  for (const { path, method, operation } of operations) {
    const json = path.endsWith('/weight') ? { json: { weight: 2 } } : {}
    for (const [id, pool] of [
      ['b1', 'app'],
      ['missing', 'missing'],
    ] as const) {
      const answer = await admin.change(method, path.replace('{id}', id).replace('{name}', pool), json)
      const expected =
        id === 'missing' && path.includes('{') ? 404 : path === '/config' && method === 'POST' ? 422 : 200
      t.equal(answer.status, expected, `${method} ${path}`)
      t.ok(operation.responses[answer.status], `${answer.status} is described`)
      const { error } = schemaOf(operation, answer).safeParse(answer.body)
      t.equal(error, undefined, `${method} ${path}`)
    }
  }
  await running
})

t.test('an answer that is not as described would be noticed', async (t) => {
  const { operation } = operations.find(({ path, method }) => path === '/backends/{id}' && method === 'GET')!
  const answer = await admin.look('/backends/b1')
  const schema = schemaOf(operation, answer)
  t.ok(schema.safeParse(answer.body).success)
  t.notOk(schema.safeParse({ ...answer.body, more: 1 }).success)
  t.notOk(schema.safeParse({ ...answer.body, weight: 'heavy' }).success)
  t.end()
})
