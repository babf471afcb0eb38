/** Everything that can be asked for, in the order of the description. */
import type { z } from 'zod'
import type { Control } from '../core/ports.ts'
import { Problem } from './problem.ts'
import { answers, inputs, type Json } from './schemas.ts'
import { backendJson, breakerJson, certificateJson, connectionJson, poolJson, queueJson } from './views.ts'

/** A method of a path. Methods that change something need the token. */
export interface AdminRoute {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** `{name}` stands for one segment. */
  readonly path: string
  readonly summary: string
  readonly parameter?: { readonly name: string; readonly description: string }
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly answer: z.ZodType
  /** Problems of its own: status → when. */
  readonly problems?: Readonly<Record<number, string>>
  /** The answer with status 200; throws a Problem. */
  handle(asked: Asked): unknown
}

/** A request that fits its route. */
export interface Asked {
  readonly control: Control
  /** What stands in the place of `{name}`; '' where the path has none. */
  readonly parameter: string
  readonly query: unknown
  readonly body: unknown
}

/** Ties what a route takes and gives to its schemas. */
function route<A extends z.ZodType, Q extends z.ZodObject = z.ZodObject, B extends z.ZodType = z.ZodType>(
  definition: Omit<AdminRoute, 'handle' | 'answer' | 'query' | 'body'> & {
    readonly answer: A
    readonly query?: Q
    readonly body?: B
    handle(asked: Asked & { query: Json<Q>; body: Json<B> }): Json<A> | Promise<Json<A>>
  },
): AdminRoute {
  return definition
}

const backendId = { name: 'id', description: 'The backend’s id.' }
const poolName = { name: 'name', description: 'The pool’s name.' }
const noBackend = { 404: 'No backend has this id.' }

const change = (verb: string, state: 'enabled' | 'draining' | 'disabled', summary: string): AdminRoute =>
  route({
    method: 'POST',
    path: `/backends/{id}/${verb}`,
    summary,
    parameter: backendId,
    answer: answers.backend,
    problems: noBackend,
    handle: ({ control, parameter }) => changed(control, parameter, { state }),
  })

/** All routes but the description of them. */
export const ROUTES: readonly AdminRoute[] = [
  route({
    method: 'GET',
    path: '/healthz',
    summary: 'Is the process alive?',
    answer: answers.health,
    handle: () => ({ status: 'alive' as const }),
  }),
  route({
    method: 'GET',
    path: '/config',
    summary: 'The configuration in force.',
    answer: answers.config,
    handle: ({ control }) => control.config() as Json<typeof answers.config>,
  }),
  route({
    method: 'POST',
    path: '/config',
    summary:
      'Reads the configuration file and the certificates again, and puts them in force whole or not at all.',
    answer: answers.reload,
    problems: { 422: 'Refused, with the reason; what was in force stays so.' },
    async handle({ control }) {
      const outcome = await control.reload('admin')
      if (!outcome.ok) throw new Problem(422, outcome.why)
      return { changes: [...outcome.changes] }
    },
  }),
  route({
    method: 'GET',
    path: '/pools',
    summary: 'Every pool with its backends.',
    answer: answers.pools,
    handle: ({ control }) => ({ pools: control.pools().map(poolJson) }),
  }),
  route({
    method: 'GET',
    path: '/pools/{name}',
    summary: 'One pool.',
    parameter: poolName,
    answer: answers.pool,
    problems: { 404: 'No pool has this name.' },
    handle({ control, parameter }) {
      const found = control.pools().find(({ name }) => name === parameter)
      if (found === undefined) throw new Problem(404, `no pool is called ${parameter}; GET /pools names them`)
      return poolJson(found)
    },
  }),
  route({
    method: 'GET',
    path: '/backends',
    summary: 'Every backend.',
    answer: answers.backends,
    handle: ({ control }) => ({ backends: control.backends().map(backendJson) }),
  }),
  route({
    method: 'GET',
    path: '/backends/{id}',
    summary: 'One backend.',
    parameter: backendId,
    answer: answers.backend,
    problems: noBackend,
    handle({ control, parameter }) {
      const found = control.backends().find(({ id }) => id === parameter)
      return backendJson(found ?? unknownBackend(parameter))
    },
  }),
  change('drain', 'draining', 'Keeps the clients that are pinned to it and gets nobody new.'),
  change(
    'disable',
    'disabled',
    'Gets nobody, not even clients that are pinned to it; running requests finish.',
  ),
  change('enable', 'enabled', 'Gets requests again.'),
  route({
    method: 'PUT',
    path: '/backends/{id}/weight',
    summary: 'Sets its weight until the next start.',
    parameter: backendId,
    body: inputs.weight,
    answer: answers.backend,
    problems: noBackend,
    handle: ({ control, parameter, body }) => changed(control, parameter, { weight: body.weight }),
  }),
  route({
    method: 'GET',
    path: '/breakers',
    summary: 'The circuit breaker of every backend.',
    answer: answers.breakers,
    handle: ({ control }) => ({ breakers: control.backends().map(breakerJson) }),
  }),
  route({
    method: 'GET',
    path: '/queues',
    summary: 'The queue of every pool.',
    answer: answers.queues,
    handle: ({ control }) => ({ queues: control.pools().map(queueJson) }),
  }),
  route({
    method: 'GET',
    path: '/certificates',
    summary: 'Certificates in use.',
    answer: answers.certificates,
    handle: ({ control }) => ({ certificates: control.certificates().map(certificateJson) }),
  }),
  route({
    method: 'GET',
    path: '/connections',
    summary: 'Clients’ connections, oldest first.',
    query: inputs.page,
    answer: answers.connections,
    handle({ control, query: { page, limit } }) {
      const { total, connections } = control.connections({ offset: (page - 1) * limit, limit })
      return { total, page, limit, connections: connections.map(connectionJson) }
    },
  }),
]

function changed(
  control: Control,
  id: string,
  change: Parameters<Control['setBackend']>[1],
): Json<typeof answers.backend> {
  return backendJson(control.setBackend(id, change) ?? unknownBackend(id))
}

function unknownBackend(id: string): never {
  throw new Problem(404, `no backend has the id ${id}; GET /backends names them`)
}
