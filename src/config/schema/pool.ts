/** `pools`: groups of backends that serve the same thing. */
import { z } from 'zod'
import { POLICIES } from '../types.ts'
import type { PoolConfig } from '../types.ts'
import { affinitySchema, keySources } from './affinity.ts'
import { backendSchema } from './backend.ts'
import { healthSchema } from './health.ts'
import { outliersSchema } from './outliers.ts'
import { count, decoded, duration, flag, hostName, LABEL, percent, text, wrongType } from './scalars.ts'
import { poolTimeoutsSchema } from './timeouts.ts'

const breakerSchema = z
  .strictObject({
    errorThreshold: percent(
      {
        description:
          'Share of failed requests that opens the breaker: no connection, no answer in time, a broken answer, or 500, 502, 504. 503 is how applications say that they are in maintenance and does not count.',
      },
      { min: '1%' },
    ).prefault('50%'),
    window: duration({ description: 'The time looked back on.' }, { min: '1s', max: '10m' }).prefault('10s'),
    minimumRequests: count(
      { description: 'Fewer requests than this in the window never open the breaker.' },
      { min: 1, max: 1_000_000 },
    ).prefault(10),
    resetAfter: duration(
      {
        description:
          'An open breaker lets one request try after this time, and not before `window` is over. Where every other backend is out, too, a second is enough.',
      },
      { min: '100ms', max: '1h' },
    ).prefault('10s'),
  })
  .meta({ description: 'The circuit breaker of each backend.' })

const retriesSchema = z
  .strictObject({
    attempts: count(
      {
        description:
          'Further tries on other backends, when nothing was sent or the method is idempotent and no byte of the body or answer has passed. A POST that reached a backend is never sent again, nor is anything that a backend was too slow with (`firstByte`). A backend that refuses the connection uses up none of them. 0: no second try at all.',
        source: 'RFC 9110 §9.2.2',
      },
      { min: 0, max: 10 },
    ).prefault(1),
    budget: percent({
      description:
        'Retries are at most this share of the requests, so that a failing pool is not hit twice as hard.',
    }).prefault('20%'),
  })
  .meta({ description: 'Second chances.' })

const queueSchema = z
  .strictObject({
    size: count(
      { description: 'Requests that may wait for a backend with room; one more gets 503. 0: none waits.' },
      { min: 0, max: 1_000_000 },
    ).prefault(1000),
    timeout: duration(
      {
        description: 'A request that waited this long gets 503 with Retry-After.',
        source: 'people wait half a minute at the start of an exam, and not much longer',
      },
      { min: '10ms', max: '10m' },
    ).prefault('30s'),
  })
  .meta({ description: 'Where requests wait while every backend has `maxRequests` in hand.' })

const tlsSchema = z
  .strictObject({
    ca: text({
      description:
        'PEM file with the authorities that the backends’ certificates are of, instead of those that the system believes. Default: the system’s.',
      unit: 'path, relative to this file',
    }).optional(),
    serverName: hostName({
      description:
        'The name that the backends’ certificates are for, also sent to them (SNI). Default: the host of the URL.',
    }).optional(),
  })
  .meta({ description: 'Of backends with https: whom to believe. Certificates are always verified.' })

/** One pool. */
export const poolSchema = z
  .strictObject({
    policy: z
      .enum(POLICIES)
      .meta({
        description:
          'Who gets the next request. least-requests: the backend with the least in hand for its weight; random-two: the better of two drawn by chance; round-robin: each in turn, by weight; weighted-random: by chance, by weight; peak-ewma: the one that answers soonest, by what its answers took lately; hash: always the same for the same `hash` key.',
        source: 'PHP requests differ much in length; least-requests evens that out',
      })
      .prefault('least-requests'),
    hash: keySources(
      'What the policy `hash` looks at: the first of these that a request has. With `policy: hash` only, and needed there.',
    )
      .min(1, 'must name at least one key')
      .optional(),
    backends: z
      .array(backendSchema, { error: wrongType('a list of { id, url }') })
      .min(1, 'needs at least one backend')
      .meta({ description: 'The backends.' }),
    health: healthSchema.optional(),
    breaker: breakerSchema.prefault({}),
    retries: retriesSchema.prefault({}),
    timeouts: poolTimeoutsSchema.prefault({}),
    affinity: affinitySchema.optional(),
    queue: queueSchema.prefault({}),
    slowStart: duration(
      {
        description:
          'A backend that comes back gets a growing share of the requests, its whole weight after this time. 0s: at once.',
      },
      { min: '0s', max: '1h' },
    ).prefault('0s'),
    panic: flag({
      description:
        'While every backend is down, try all of them rather than refuse everybody: a check that is wrong must not take the site down.',
    }).prefault('on'),
    outliers: outliersSchema.optional(),
    hostHeader: hostHeader(),
    tls: tlsSchema.prefault({}),
    dnsRefresh: duration(
      {
        description:
          'How often the name of a backend is looked up again. New requests go to its new addresses, running ones finish.',
      },
      { min: '1s', max: '1h' },
    ).prefault('30s'),
  })
  .meta({ description: 'A group of backends that serve the same thing.' })

/** A decoded pool. */
export type Pool = z.output<typeof poolSchema>

const AUTHORITY = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9A-Fa-f:.]+\\])(?::\\d{1,5})?$`)

function hostHeader() {
  return decoded('preserve, backend or a host name, with a port or without', parseHostHeader)
    .meta({
      description:
        'The Host field that the backends get. preserve: what the client sent; backend: host and port of the backend’s URL; a name: that name. A Moodle with $CFG->reverseproxy wants a name that is not its own.',
      unit: '`preserve`, `backend` or a host name',
      source: 'a site makes its links from it',
    })
    .prefault('preserve')
}

function parseHostHeader(text: string): PoolConfig['hostHeader'] | undefined {
  if (text === 'preserve' || text === 'backend') return text
  return AUTHORITY.test(text) ? { name: text } : undefined
}
