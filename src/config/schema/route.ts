/** `routes`: which request goes to which pool. */
import { z } from 'zod'
import { ROUTE_CLASSES } from '../../core/events.ts'
import { headerRulesSchema } from './headers.ts'
import { decoded, isToken, LABEL, pattern, size, text, urlPath, wrongType } from './scalars.ts'
import { routeTimeoutsSchema } from './timeouts.ts'

const HOST = new RegExp(`^(?:\\*|(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*)$`)

/** One route. */
export const routeSchema = z
  .strictObject({
    host: pattern(
      {
        description:
          'Host name without port, `*.example.org` for its sub-domains, `*` for all. The most exact one wins.',
        unit: 'host name or `*`',
      },
      HOST,
      'must be a host name without port, "*.example.org" or "*"',
    )
      .transform((host) => host.toLowerCase())
      .prefault('*'),
    path: urlPath({
      description:
        'Paths that start with this, whole segments only: /a matches /a and /a/b, not /ab. The longest wins.',
    }).prefault('/'),
    match: z
      .enum(['prefix', 'exact'])
      .meta({
        description:
          'prefix: as above; exact: this path and no other. Of two routes with one path the exact one wins.',
      })
      .prefault('prefix'),
    methods: z
      .array(decoded('a method in upper case, such as GET', method, refusedMethod), {
        error: wrongType('a list of methods such as [GET, HEAD]'),
      })
      .min(1, 'must name at least one method; leave it out for all')
      .refine((methods) => new Set(methods).size === methods.length, 'names a method twice')
      .meta({
        description:
          'Only requests with these methods; HEAD is not in GET. A route that names methods wins over one that does not. Default: every method.',
        unit: 'list of methods',
      })
      .optional(),
    pool: text({ description: 'Name of the pool that answers.' }),
    maxBody: size(
      {
        description:
          'Longest request body; a longer one gets 413 before it is read where its length is known. Default: no limit, the backend decides.',
      },
      { min: '1B' },
    ).optional(),
    class: z
      .enum(ROUTE_CLASSES)
      .meta({
        description:
          'The label `route_class` of the metrics for these requests. Default: what Moodle’s paths say, `other` where they say nothing.',
      })
      .optional(),
    timeouts: routeTimeoutsSchema.prefault({}),
    requestHeaders: headerRulesSchema('Changes to the header fields that the backend gets.').prefault({}),
    responseHeaders: headerRulesSchema('Changes to the header fields that the client gets.').prefault({}),
  })
  .meta({ description: 'A rule that leads requests to a pool.' })

/** A decoded route. */
export type Route = z.output<typeof routeSchema>

function method(value: string): string | undefined {
  return isToken(value) && value === value.toUpperCase() ? value : undefined
}

/** What Roam answers with 405 whatever a route says. */
function refusedMethod(value: string): string | undefined {
  return ['CONNECT', 'TRACE'].includes(value) ? `${value} is not offered by Roam` : undefined
}
