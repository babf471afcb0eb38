/** `timeouts` of pools and routes: how long an answer may take. */
import { z } from 'zod'
import { duration, durationOrNone } from './scalars.ts'

const LIMITS = { min: '10ms', max: '24h' }

const firstByte = (source?: string) =>
  duration(
    {
      description: 'One try: from the request’s last byte to the head of the answer.',
      ...(source !== undefined && { source }),
    },
    LIMITS,
  )

const idle = () =>
  duration({ description: 'Between two bytes of a body. A download as a whole has no limit.' }, LIMITS)

const total = () =>
  durationOrNone(
    {
      description:
        'The whole request, waiting in the queue and further tries included; beyond it 504, or the end of an answer that has begun.',
    },
    LIMITS,
  )

/** The deadlines of a pool. */
export const poolTimeoutsSchema = z
  .strictObject({
    connect: duration(
      { description: 'Until the connection to the backend stands, TLS included.' },
      { min: '10ms', max: '5m' },
    ).prefault('2s'),
    firstByte: firstByte('longer than the 120 s that a Moodle page waits for its session lock').prefault(
      '130s',
    ),
    idle: idle().prefault('60s'),
    total: total().prefault('none'),
  })
  .meta({ description: 'How long a backend may take.' })

/** Instead of the pool's. */
export const routeTimeoutsSchema = z
  .strictObject({ firstByte: firstByte().optional(), idle: idle().optional(), total: total().optional() })
  .meta({ description: 'Deadlines for this route; what is not here is as the pool says.' })

/** Decoded deadlines of a route. */
export type RouteTimeouts = z.output<typeof routeTimeoutsSchema>
