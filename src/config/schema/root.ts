/**
 * What an operator may write. The one source of the types, of docs/roam.schema.json and of docs/CONFIG.md: a key that is
 * not here is an error that names it.
 */
import { z } from 'zod'
import { adminSchema } from './admin.ts'
import { limitsSchema } from './limits.ts'
import { listenerSchema } from './listener.ts'
import { poolSchema } from './pool.ts'
import { quicSchema } from './quic.ts'
import { routeSchema } from './route.ts'
import { duration, flag, ranges, text, urlPath, wrongType } from './scalars.ts'

/** Names that become label values or keys of objects. */
const nameSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/, {
  error: 'must start with a letter and hold only letters, digits, "_" and "-" (63 at most)',
})

const metricsSchema = z
  .strictObject({
    path: urlPath({
      description: 'Where Prometheus text is answered, on every listener.',
      source: 'specification: /metrics',
    }).prefault('/metrics'),
    healthPath: urlPath({
      description: 'Where 200 says that the process is alive, on every listener.',
      source: 'the usual path',
    }).prefault('/healthz'),
    readyPath: urlPath({
      description: 'Where 200 says that at least one backend can take a request, and 503 that none can.',
      source: 'the usual path',
    }).prefault('/readyz'),
    allow: ranges({
      description:
        'Clients that may read these; for others the metrics are 404 and the health paths belong to the site. Every address in X-Forwarded-For and Forwarded must be among them too. What stands in front without such fields hides who asks: then name the address of Prometheus alone. loopback and private stand for the usual ranges.',
      source: 'figures about users are not for everyone',
    }).prefault(['loopback', 'private']),
    updateInterval: duration(
      {
        description: 'How often each live QUIC connection adds its counts.',
        source: 'specification: application metrics every 10 s',
      },
      { min: '100ms', max: '5m' },
    ).prefault('10s'),
  })
  .refine(
    ({ path, healthPath, readyPath }) => new Set([path, healthPath, readyPath]).size === 3,
    'path, healthPath and readyPath must differ',
  )
  .meta({ description: 'What Roam tells about itself: metrics for Prometheus, and its health.' })

const logSchema = z
  .strictObject({
    level: z
      .enum(['debug', 'info', 'warn', 'error'])
      .meta({ description: 'The least that is written. LOG_LEVEL overrides it.' })
      .prefault('info'),
    format: z
      .enum(['json', 'text'])
      .meta({ description: 'json: one object a line; text: for human eyes. LOG_FORMAT overrides it.' })
      .prefault('json'),
    access: flag({ description: 'One line for each request.' }).prefault(true),
  })
  .meta({ description: 'What goes to standard output.' })

/** The whole file. */
export const rootSchema = z
  .strictObject({
    listeners: z
      .array(listenerSchema, { error: wrongType('a list of { address, protocols, certificates }') })
      .min(1, 'needs at least one listener')
      .meta({ description: 'Where clients arrive.' }),
    quic: quicSchema.prefault({}),
    limits: limitsSchema.prefault({}),
    pools: z
      .record(nameSchema, poolSchema, { error: wrongType('a mapping from names to pools') })
      .meta({ description: 'Backends in groups, by name.' }),
    routes: z
      .array(routeSchema, { error: wrongType('a list of { host, path, pool }') })
      .min(1, 'needs at least one route')
      .meta({ description: 'Which request goes to which pool. A request that no route matches gets 404.' }),
    trustedProxies: ranges({
      description:
        'Proxies in front of Roam whose X-Forwarded-* fields are believed. From everybody else these fields are dropped.',
    }).prefault([]),
    metrics: metricsSchema.prefault({}),
    networks: z
      .record(
        nameSchema,
        ranges({
          description:
            'The ranges of this network. An address in several networks belongs to the first of them.',
        }),
        { error: wrongType('a mapping from names to lists of ranges') },
      )
      .meta({
        unit: 'mapping from names to lists of ranges',
        description:
          'Names for client networks, at most 8: the label `network` of the transport metrics. Others are `other`.',
      })
      .prefault({}),
    drainTimeout: duration(
      {
        description: 'After SIGTERM or SIGINT, running requests get this long to finish.',
        source: 'the 30 s that orchestrators wait',
      },
      { min: '0s', max: '1h' },
    ).prefault('30s'),
    secretFile: text({
      description:
        'A file with at least 32 random bytes, from which cookies and QUIC’s tokens are signed. Made at the start where it is missing. Several Roams of one site share it. Default: a new secret at each start, and cookies from before it are worth nothing.',
      unit: 'path, relative to this file',
    }).optional(),
    admin: adminSchema.optional(),
    reloadOnChange: flag({
      description:
        'Take over this file and the certificates when they change, as after SIGHUP. A file with a mistake changes nothing.',
    }).prefault('off'),
    workers: z
      .literal(1, { error: 'only 1 worker is available in this version; write workers: 1 or leave it out' })
      .meta({ description: 'Data-plane threads. Only 1 is available in this version.', unit: '`1`' })
      .prefault(1),
    log: logSchema.prefault({}),
  })
  .meta({ title: 'Roam configuration', description: 'Configuration of the Roam load balancer.' })

/** A decoded file: defaults filled in, nothing compared with anything else yet. */
export type Root = z.output<typeof rootSchema>
