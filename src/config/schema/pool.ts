/** `pools`: groups of backends that serve the same thing. */
import { z } from 'zod'
import { count, duration, pattern, percent, text, urlPath, wrongType } from './scalars.ts'

/** One backend of a pool. */
export const backendSchema = z
  .strictObject({
    id: pattern(
      {
        description:
          'Name of this backend in metrics and logs; unique in the whole file. Its history is kept under it.',
      },
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
      'must start with a letter or digit and hold only letters, digits, ".", "_" and "-" (63 at most)',
    ),
    url: backendUrl(),
    weight: count(
      { description: 'Share of the requests, compared with the other backends of the pool.' },
      { min: 1, max: 1000 },
    ).prefault(1),
    maxRequests: count(
      {
        description:
          'Requests that this backend may have in hand at once; when all backends are full, clients get 503. About the number of PHP-FPM children of a node is a good value where something in front of Roam queues.',
        source: 'a bound on memory; more than any node works on at once',
      },
      { min: 1, max: 100_000 },
    ).prefault(1000),
  })
  .meta({ description: 'One backend.' })

const healthSchema = z
  .strictObject({
    path: urlPath({ description: 'Path that is asked for, with GET. Redirects are not followed.' }),
    interval: duration(
      {
        description: 'Time between two checks of a backend; a little chance is added.',
        source: 'specification: every 15 s',
      },
      { min: '100ms', max: '1h' },
    ).prefault('15s'),
    timeout: duration(
      { description: 'No answer within this time is a failure. Not longer than the interval.' },
      { min: '50ms', max: '5m' },
    ).prefault('5s'),
    unhealthyAfter: count(
      { description: 'Failures in a row until no more requests are sent.' },
      { min: 1, max: 100 },
    ).prefault(2),
    healthyAfter: count(
      { description: 'Passes in a row until requests are sent again.' },
      { min: 1, max: 100 },
    ).prefault(2),
    expectStatus: z
      .array(count({ description: 'A status.' }, { min: 200, max: 599 }), {
        error: wrongType('a list of status codes such as [200]'),
      })
      .min(1, 'must name at least one status')
      .meta({ description: 'Statuses that count as a pass.', unit: 'list of status codes' })
      .prefault([200]),
    host: text({
      description:
        'Host field of the check. Moodle answers only to the name it was set up with. Default: the backend’s own.',
    }).optional(),
  })
  .meta({
    description:
      'Active health checks. Without this key there are none, and only failing requests show a dead backend.',
  })

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
      { description: 'An open breaker lets one request try after this time.' },
      { min: '100ms', max: '1h' },
    ).prefault('10s'),
  })
  .meta({ description: 'The circuit breaker of each backend.' })

const retriesSchema = z
  .strictObject({
    attempts: count(
      {
        description:
          'Further tries on other backends, when nothing was sent or the method is idempotent and no byte of the body or answer has passed. A POST that reached a backend is never sent again.',
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

const timeoutsSchema = z
  .strictObject({
    connect: duration(
      { description: 'Until the backend’s TCP connection stands.' },
      { min: '10ms', max: '5m' },
    ).prefault('2s'),
    firstByte: duration(
      {
        description: 'From the request’s last byte to the head of the answer.',
        source: 'longer than the 120 s that a Moodle page waits for its session lock',
      },
      { min: '10ms', max: '1h' },
    ).prefault('130s'),
    idle: duration(
      { description: 'Between two bytes of a body. A download as a whole has no limit.' },
      { min: '10ms', max: '24h' },
    ).prefault('60s'),
  })
  .meta({ description: 'How long a backend may take.' })

/** One pool. */
export const poolSchema = z
  .strictObject({
    policy: z
      .enum(['least-requests', 'round-robin'])
      .meta({
        description:
          'Who gets the next request. least-requests: of two backends drawn by chance, the one with less in hand for its weight; round-robin: each in turn, by weight.',
        source: 'PHP requests differ much in length; least-requests evens that out',
      })
      .prefault('least-requests'),
    backends: z
      .array(backendSchema, { error: wrongType('a list of { id, url }') })
      .min(1, 'needs at least one backend')
      .meta({ description: 'The backends.' }),
    health: healthSchema.optional(),
    breaker: breakerSchema.prefault({}),
    retries: retriesSchema.prefault({}),
    timeouts: timeoutsSchema.prefault({}),
  })
  .meta({ description: 'A group of backends that serve the same thing.' })

/** A decoded pool. */
export type Pool = z.output<typeof poolSchema>
/** A decoded backend. */
export type Backend = z.output<typeof backendSchema>

function backendUrl() {
  const docs = {
    description: 'Where the backend is: http, host and port, nothing else.',
    unit: 'http://host:port',
  }
  return z
    .string({ error: wrongType('a URL such as http://10.0.0.5:8080') })
    .transform((value, context) => {
      const url = URL.parse(value)
      const problem = url === null ? 'must be a URL such as http://10.0.0.5:8080' : urlProblem(url)
      if (url !== null && problem === undefined) return url
      context.addIssue({ code: 'custom', message: problem ?? '' })
      return z.NEVER
    })
    .meta(docs)
}

function urlProblem(url: URL): string | undefined {
  if (url.protocol === 'https:') {
    return 'https towards backends is not available yet in this version; use http:// on a trusted network'
  }
  if (url.protocol !== 'http:') return `must start with http://, not ${url.protocol}//`
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password'
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return 'must end after the port; the client’s own path is what is forwarded'
  }
  return undefined
}
