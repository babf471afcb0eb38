/** What goes in and out: input is checked with these, output is typed by them, and the OpenAPI description is made of them. */
import { z } from 'zod'
import { ADMIN_STATES } from '../core/events.ts'
import { PROTOCOLS } from '../core/exchange.ts'

/** Schemas that the description names; the others are written where they are used. */
export const components = z.registry<{ id: string }>()

function component<T extends z.ZodType>(id: string, description: string, schema: T): T {
  const described = schema.describe(description)
  components.add(described, { id })
  return described
}

const count = (description: string) => z.int().min(0).describe(description)
const seconds = (description: string) => z.number().min(0).describe(description)
const breaker = z
  .enum(['closed', 'open', 'half_open'])
  .describe('open: it failed too often, and gets nothing for a while. half_open: one request tries it.')

/** Weights as the configuration has them. */
const WEIGHT_MAX = 1000

const backend = component(
  'Backend',
  'A server that requests go to.',
  z.strictObject({
    id: z.string(),
    pool: z.string().describe('The name of its pool.'),
    url: z.string(),
    available: z.boolean().describe('A client that is not pinned to it could be sent to it now.'),
    healthy: z.boolean().describe('What the active checks say.'),
    ejected: z.boolean().describe('The outlier detection keeps requests from it for a while.'),
    adminState: z
      .enum(ADMIN_STATES)
      .describe('draining: only clients that are pinned to it. disabled: nobody. Until the next start.'),
    breaker,
    backup: z.boolean().describe('Used only where no primary is up.'),
    weight: z.number().min(0).describe('What the balancer works with now; less than chosen in a slow start.'),
    inFlight: count('Requests that it works on.'),
    maxRequests: count('As many as it gets at a time.'),
  }),
)

const queue = component(
  'Queue',
  'Where requests wait while every backend of a pool has as much as it may have.',
  z.strictObject({
    pool: z.string(),
    depth: count('Requests that wait now.'),
    limit: count('Places there are; whoever comes when all are taken gets 503.'),
  }),
)

const pool = component(
  'Pool',
  'Backends that serve the same thing.',
  z.strictObject({
    name: z.string(),
    policy: z.string().describe('How a backend is chosen.'),
    panicking: z.boolean().describe('Every backend is down, and all are tried.'),
    queue: z.strictObject({ depth: queue.shape.depth, limit: queue.shape.limit }),
    backends: z.array(backend),
  }),
)

const breakerOf = component(
  'Breaker',
  'The circuit breaker of a backend.',
  z.strictObject({ backend: z.string().describe('Its id.'), pool: z.string(), state: breaker }),
)

const certificate = component(
  'Certificate',
  'What listeners show to clients.',
  z.strictObject({
    commonName: z.string(),
    names: z.array(z.string()).describe('Host names and addresses that it is for.'),
    notAfter: z.iso.datetime().describe('The end of its validity.'),
    file: z.string().describe('Absolute path.'),
  }),
)

const connection = component(
  'Connection',
  'A client’s connection.',
  z.strictObject({
    id: z.string(),
    protocol: z.enum(PROTOCOLS),
    remoteAddress: z.string().describe('Where the client is now.'),
    remotePort: count('UDP or TCP port of the client.'),
    localPort: count('The port that it came to.'),
    ageSeconds: seconds('Since it was accepted.'),
    requests: count('Begun on it so far.'),
    migrations: count('How often the client came to another address.'),
    backend: z.string().nullable().describe('Where its last request went; null: nowhere yet.'),
    path: z
      .strictObject({
        rttSeconds: seconds('Smoothed round-trip time.'),
        congestionWindowBytes: count('What may be under way unacknowledged.'),
        packetsSent: count('Since the connection began.'),
        packetsLost: count('Since the connection began.'),
      })
      .nullable()
      .describe('By the QUIC engine’s last sample; null before it, and for TCP.'),
  }),
)

/** Errors (RFC 9457). */
const problem = component(
  'Problem',
  'Why a request was not done (RFC 9457).',
  z.strictObject({
    type: z.literal('about:blank'),
    title: z.string().describe('What the status means.'),
    status: z.int(),
    detail: z.string().describe('What is wrong and what to do.'),
  }),
)

/** What answers hold. */
export const answers = {
  health: component('Health', 'The process answers.', z.strictObject({ status: z.literal('alive') })),
  config: component(
    'Config',
    'The configuration in force, after defaults; durations in ms and sizes in bytes. The values of header rules are masked.',
    z.record(z.string(), z.unknown()),
  ),
  pools: component('Pools', 'Every pool.', z.strictObject({ pools: z.array(pool) })),
  pool,
  backends: component('Backends', 'Every backend.', z.strictObject({ backends: z.array(backend) })),
  backend,
  breakers: component('Breakers', 'Every breaker.', z.strictObject({ breakers: z.array(breakerOf) })),
  queues: component('Queues', 'The queue of every pool.', z.strictObject({ queues: z.array(queue) })),
  certificates: component(
    'Certificates',
    'Every certificate in use.',
    z.strictObject({ certificates: z.array(certificate) }),
  ),
  connections: component(
    'Connections',
    'One page of the connections, oldest first.',
    z.strictObject({
      total: count('Connections on all pages.'),
      page: z.int().min(1),
      limit: z.int().min(1),
      connections: z.array(connection),
    }),
  ),
  reload: component(
    'Reload',
    'The files are in force now.',
    z.strictObject({
      changes: z.array(z.string()).describe('What is different; none where it was in force already.'),
    }),
  ),
  openapi: component('OpenApi', 'An OpenAPI 3.1 document.', z.record(z.string(), z.unknown())),
  problem,
} as const

/** Longer pages cost the event loop time that requests need. */
const PAGE_MAX = 1000
const PAGE_DEFAULT = 100
/** Beyond what any process can have connections for; keeps offsets exact. */
const PAGES_MAX = 1_000_000

/** What requests hold. */
export const inputs = {
  page: z.strictObject({
    page: z.coerce.number().pipe(z.int().min(1).max(PAGES_MAX)).default(1).describe('Which page, from 1.'),
    limit: z.coerce
      .number()
      .pipe(z.int().min(1).max(PAGE_MAX))
      .default(PAGE_DEFAULT)
      .describe('Connections on a page.'),
  }),
  weight: component(
    'Weight',
    'The weight that the balancer is to use.',
    z.strictObject({
      weight: z
        .int()
        .min(0)
        .max(WEIGHT_MAX)
        .nullable()
        .describe('0 takes the backend out. null: as configured again.'),
    }),
  ),
} as const

/** A JSON value that fits the schema. */
export type Json<T extends z.ZodType> = z.output<T>
