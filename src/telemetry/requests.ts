/**
 * quic_requests_total: method × status × protocol × backend, the one metric whose combinations are too many to exist
 * beforehand. A client chooses the method and, by what it asks for, the status; so their number is bounded here.
 */
import { type Protocol, PROTOCOLS } from '../core/exchange.ts'
import type { HTTP } from './catalogue/http.ts'
import { METHODS, type Method, methodLabel, statusLabel } from './catalogue/labels.ts'
import type { CounterFamily, CounterSeries } from './series.ts'

/**
 * Series of each backend, and of none, on average. From the first bound on new methods fold to `_OTHER`, from the second
 * on new statuses fold too. Everyday methods and statuses of a backend are about 50.
 */
const MANY_EACH = 100
const TOO_MANY_EACH = 150

/**
 * Failures of these exist at 0 for every backend. rate() sees no rise in a series that begins with its first failure, so
 * without them a server that breaks would not be counted until the next scrape; and the share of failed requests reads 0,
 * not nothing, on a site without failures.
 */
const FAILING_METHODS: readonly Method[] = ['GET', 'POST']
const FAILURES: readonly number[] = [500, 502, 503, 504]

/** The label where no backend was chosen, and where a reload has removed it meanwhile: no request goes uncounted. */
export const NO_BACKEND = 'none'

/** Finds the counter of a request. */
export type RequestCounter = (
  method: string,
  status: number,
  protocol: Protocol,
  backendId: string,
) => CounterSeries

/** For one configuration; the next one needs another. */
export function createRequestCounter(
  family: CounterFamily<(typeof HTTP.requests)['labels']>,
  backends: readonly string[],
): RequestCounter {
  const known: ReadonlySet<string> = new Set(backends)
  const methodIndex = new Map(METHODS.map((method, index) => [method as string, index]))
  const otherMethod = METHODS.indexOf('_OTHER')
  const byBackend = new Map<string, Map<number, CounterSeries>>()
  const many = MANY_EACH * (backends.length + 1)
  const tooMany = TOO_MANY_EACH * (backends.length + 1)

  const make = (method: string, status: number, protocol: Protocol, backendId: string): CounterSeries => {
    const label: Method = family.size < many ? methodLabel(method) : '_OTHER'
    const code = family.size < tooMany ? statusLabel(status) : 'other'
    const backend = known.has(backendId) ? backendId : NO_BACKEND
    return family.labels({ method: label, status: code, protocol, backend_id: backend })
  }

  const counterOf: RequestCounter = (method, status, protocol, backendId) => {
    let series = byBackend.get(backendId)
    if (!series) byBackend.set(backendId, (series = new Map<number, CounterSeries>()))
    // A number is cheaper to look up than a joined string. Statuses have three digits; others share one key.
    const code = status >= 100 && status <= 999 ? status : 0
    const key =
      ((methodIndex.get(method) ?? otherMethod) * PROTOCOLS.length + PROTOCOLS.indexOf(protocol)) * 1000 +
      code
    let counter = series.get(key)
    if (!counter) series.set(key, (counter = make(method, code, protocol, backendId)))
    return counter
  }

  for (const protocol of PROTOCOLS) {
    for (const id of backends) {
      counterOf('GET', 200, protocol, id)
      for (const method of FAILING_METHODS) {
        for (const status of FAILURES) counterOf(method, status, protocol, id)
      }
    }
    counterOf('GET', 503, protocol, NO_BACKEND)
  }
  return counterOf
}
