/** `backends` of a pool. */
import { z } from 'zod'
import { count, flag, pattern, wrongType } from './scalars.ts'

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
      {
        description: 'Share of the requests, compared with the other backends of the pool; 0: none at all.',
      },
      { min: 0, max: 1000 },
    ).prefault(1),
    maxRequests: count(
      {
        description:
          'Requests that this backend may have in hand at once; the surplus waits in the pool’s queue. Best is what the node really works on at once: the number of its PHP-FPM children.',
        source: 'about the PHP-FPM children of a node with 12 cores',
      },
      { min: 1, max: 100_000 },
    ).prefault(100),
    backup: flag({ description: 'Gets requests only while no other backend of the pool is up.' }).prefault(
      'off',
    ),
  })
  .meta({ description: 'One backend.' })

/** A decoded backend. */
export type Backend = z.output<typeof backendSchema>

function backendUrl() {
  const docs = {
    description:
      'Where the backend is: http or https, host and port, nothing else. A name is looked up again every `dnsRefresh`; certificates are always verified.',
    unit: 'http://host:port or https://host:port',
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
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return `must start with http:// or https://, not ${url.protocol}//`
  }
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password'
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return 'must end after the port; the client’s own path is what is forwarded'
  }
  return undefined
}
