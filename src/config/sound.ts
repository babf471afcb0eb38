/**
 * The parts of a document that decode by themselves. Keys are compared with each other even while other keys are wrong,
 * so that an operator sees all problems in one go.
 */
import type { z } from 'zod'
import { listenerSchema } from './schema/listener.ts'
import type { Listener } from './schema/listener.ts'
import { adminSchema } from './schema/admin.ts'
import type { Admin } from './schema/admin.ts'
import { backendSchema } from './schema/backend.ts'
import type { Backend } from './schema/backend.ts'
import { poolSchema } from './schema/pool.ts'
import type { Pool } from './schema/pool.ts'
import { quicSchema } from './schema/quic.ts'
import type { Quic } from './schema/quic.ts'
import { routeSchema } from './schema/route.ts'
import type { Route } from './schema/route.ts'
import type { Path } from './problem.ts'

/** A part and where it stands. */
export interface Part<T> {
  readonly path: Path
  readonly value: T
}

/** All sound parts. */
export interface SoundParts {
  readonly listeners: readonly Part<Listener>[]
  /** One at most. */
  readonly quic: readonly Part<Quic>[]
  /** One at most. */
  readonly admin: readonly Part<Admin>[]
  readonly pools: readonly Part<Pool>[]
  readonly backends: readonly Part<Backend>[]
  readonly routes: readonly Part<Route>[]
  /** As it is written; one at most. */
  readonly secretFile: readonly string[]
  /** Names of all pools, the unsound ones too: a route to a pool with an error elsewhere is no second error. */
  readonly poolNames: ReadonlySet<string>
  /** Names of networks as they are written. */
  readonly networkNames: readonly string[]
}

/** Decodes each part alone. */
export function soundParts(value: unknown): SoundParts {
  const root = entries(value)
  const pools = entries(root.get('pools'))
  const poolParts = [...pools].map(([name, pool]): [Path, unknown] => [['pools', name], pool])
  const backendParts = poolParts.flatMap(([path, pool]) =>
    items([...path, 'backends'], entries(pool).get('backends')),
  )
  return {
    listeners: sound(listenerSchema, items(['listeners'], root.get('listeners'))),
    quic: sound(quicSchema, [[['quic'], root.get('quic')]]),
    admin: sound(adminSchema, [[['admin'], root.get('admin')]]),
    pools: sound(poolSchema, poolParts),
    backends: sound(backendSchema, backendParts),
    routes: sound(routeSchema, items(['routes'], root.get('routes'))),
    secretFile: [root.get('secretFile')].filter(
      (file): file is string => typeof file === 'string' && file !== '',
    ),
    poolNames: new Set(pools.keys()),
    networkNames: [...entries(root.get('networks')).keys()],
  }
}

function entries(value: unknown): ReadonlyMap<string, unknown> {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value)
  return new Map(isMapping ? Object.entries(value) : [])
}

function items(path: Path, value: unknown): [Path, unknown][] {
  return Array.isArray(value) ? value.map((item: unknown, index) => [[...path, index], item]) : []
}

function sound<S extends z.ZodType>(schema: S, parts: readonly [Path, unknown][]): Part<z.output<S>>[] {
  return parts.flatMap(([path, raw]) => {
    const result = schema.safeParse(raw)
    return result.success ? [{ path, value: result.data }] : []
  })
}
