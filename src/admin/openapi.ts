/** The OpenAPI 3.1 description, made from the routes and the schemas that check and type what they take and give. */
import { z } from 'zod'
import { type AdminRoute, ROUTES } from './routes.ts'
import { answers, components } from './schemas.ts'

/** The description's own route, without its handler: server.ts has it. */
export const DESCRIPTION = {
  method: 'GET',
  path: '/openapi.json',
  summary: 'This description.',
  answer: answers.openapi,
} as const satisfies Omit<AdminRoute, 'handle'>

type Described = Omit<AdminRoute, 'handle'>

const INTRODUCTION =
  'JSON about a running Roam, on a loopback address only. From elsewhere: ssh -L 9901:127.0.0.1:9901. ' +
  'POST and PUT need the token. Problems are as in RFC 9457. Web pages may not ask.'

/** @param version Roam's */
export function openApi(version: string): object {
  const routes: readonly Described[] = [...ROUTES, DESCRIPTION]
  const paths = new Map<string, Record<string, object>>()
  for (const route of routes) {
    const path = paths.get(route.path) ?? {}
    path[route.method.toLowerCase()] = operation(route)
    paths.set(route.path, path)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Roam admin',
      version,
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:9901', description: 'As `admin.address` says.' }],
    paths: Object.fromEntries(paths),
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The text of the file `admin.tokenFile`.' },
      },
    },
  }
}

function operation(route: Described): object {
  const { method, path, summary, body, answer } = route
  const parameters = [...pathParameters(route), ...queryParameters(route)]
  return {
    operationId: operationId(method, path),
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: ref(body) } } } }),
    responses: {
      200: { description: 'Done.', content: { 'application/json': { schema: ref(answer) } } },
      ...Object.fromEntries(
        Object.entries(problemsOf(route)).map(([status, description]) => [status, problemOf(description)]),
      ),
      default: problemOf('Any other problem.'),
    },
    security: method === 'GET' ? [] : [{ token: [] }],
  }
}

function pathParameters({ parameter }: Described): object[] {
  if (parameter === undefined) return []
  return [{ ...parameter, in: 'path', required: true, schema: { type: 'string' } }]
}

function queryParameters({ query }: Described): object[] {
  return Object.entries(query?.shape ?? {}).map(([name, schema]) =>
    queryParameter(name, z.toJSONSchema(schema as z.ZodType)),
  )
}

function queryParameter(name: string, { $schema: _, description, ...schema }: z.core.JSONSchema.BaseSchema) {
  return { name, in: 'query', required: false, description, schema }
}

/** Its own and those of every route of its kind. */
function problemsOf({ method, query, body, problems }: Described): Record<number, string> {
  return {
    ...((query ?? body) && { 400: 'Something in the request does not fit.' }),
    ...(method !== 'GET' && {
      401: 'The token is missing or wrong.',
      403: 'Changes are off: the configuration has no `admin.tokenFile`.',
    }),
    ...problems,
  }
}

function problemOf(description: string): object {
  const schema = ref(answers.problem)
  return { description, content: { 'application/problem+json': { schema } } }
}

function ref(schema: z.ZodType): object {
  const known = components.get(schema)
  if (known === undefined) throw new Error('only schemas with a name can be in the description')
  return { $ref: refTo(known.id) }
}

function refTo(id: string): string {
  return `#/components/schemas/${id}`
}

function componentSchemas(): object {
  const { schemas } = z.toJSONSchema(components, { uri: refTo })
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema]),
  )
}

/** PUT /backends/{id}/weight → putBackendsIdWeight */
function operationId(method: string, path: string): string {
  const words = path.match(/\w+/g) ?? []
  return method.toLowerCase() + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
}
