/** `routes`: which request goes to which pool. */
import { z } from 'zod'
import { pattern, size, text, urlPath } from './scalars.ts'

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const HOST = new RegExp(`^(?:\\*|(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*)$`)

/** One route. */
export const routeSchema = z
  .strictObject({
    host: pattern(
      {
        description:
          'Host name without port, "*.example.org" for its sub-domains, "*" for all. The most exact one wins.',
        unit: 'host name or "*"',
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
    pool: text({ description: 'Name of the pool that answers.' }),
    maxBody: size(
      {
        description:
          'Longest request body; a longer one gets 413 before it is read where its length is known. Default: no limit, the backend decides.',
      },
      { min: '1B' },
    ).optional(),
  })
  .meta({ description: 'A rule that leads requests to a pool.' })

/** A decoded route. */
export type Route = z.output<typeof routeSchema>
