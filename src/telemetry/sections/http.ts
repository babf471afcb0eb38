import type { ErrorCode } from '../../core/errors.ts'
import { ROUTE_CLASSES, type RouteClass } from '../../core/events.ts'
import { PROTOCOLS, type Protocol } from '../../core/exchange.ts'
import { HTTP, LONG_RUNNING_SECONDS } from '../catalogue/http.ts'
import { createRequestCounter } from '../requests.ts'
import { type Section, each } from '../section.ts'
import type { HistogramFamily, HistogramSeries } from '../series.ts'

type ByRoute = HistogramFamily<(typeof HTTP.duration)['labels']>

/** Which side broke a request off; undefined where neither did. */
function abortSide(error: ErrorCode): 'downstream' | 'upstream' | undefined {
  if (error === 'CLIENT_GONE') return 'downstream'
  return error === 'UPSTREAM_RESET' || error === 'UPSTREAM_TRUNCATED' ? 'upstream' : undefined
}

function byProtocolAndRoute(
  family: ByRoute,
): Readonly<Record<Protocol, Readonly<Record<RouteClass, HistogramSeries>>>> {
  return each(PROTOCOLS, (protocol) =>
    each(ROUTE_CLASSES, (route) => family.labels({ protocol, route_class: route })),
  )
}

/** Requests: everything is counted when they end, at one place, whatever went wrong. */
export function measureHttp({ on, metrics, inspector, configured }: Section): void {
  const requests = metrics.counter(HTTP.requests)
  let requestCounter = createRequestCounter(requests, [])
  configured(({ pools }) => {
    const backends = pools.flatMap((pool) => pool.backends.map(({ id }) => id))
    requestCounter = createRequestCounter(requests, backends)
  })
  const duration = byProtocolAndRoute(metrics.histogram(HTTP.duration))
  const timeToFirstByte = byProtocolAndRoute(metrics.histogram(HTTP.timeToFirstByte))
  const overheads = metrics.histogram(HTTP.overhead)
  const overhead = each(PROTOCOLS, (protocol) => overheads.labels({ protocol }))
  const requestBytes = metrics.counter(HTTP.requestBytes)
  const responseBytes = metrics.counter(HTTP.responseBytes)
  const received = each(PROTOCOLS, (protocol) => requestBytes.labels({ protocol }))
  const sent = each(PROTOCOLS, (protocol) => responseBytes.labels({ protocol }))
  const aborts = metrics.counter(HTTP.aborts)
  const earlyData = metrics.counter(HTTP.earlyData)

  on('request:end', (request) => {
    // Scrapes and probes would be half of a quiet site's requests, and most of its bytes.
    if (request.local) return
    const { protocol, routeClass } = request
    requestCounter(request.method, request.status, protocol, request.backendId).inc()
    duration[protocol][routeClass].observe(request.durationSeconds)
    if (request.timeToFirstByteSeconds !== undefined) {
      timeToFirstByte[protocol][routeClass].observe(request.timeToFirstByteSeconds)
    }
    if (request.overheadSeconds !== undefined) overhead[protocol].observe(request.overheadSeconds)
    received[protocol].add(request.requestBytes)
    sent[protocol].add(request.responseBytes)
    const side = request.error && abortSide(request.error)
    if (side) aborts.labels({ side, protocol }).inc()
    if (request.early)
      earlyData.labels({ result: request.error === 'TOO_EARLY' ? 'too_early' : 'accepted' }).inc()
  })

  metrics.gauge(HTTP.inFlight, (set) => {
    const inFlight = inspector.requestsInFlight()
    for (const protocol of PROTOCOLS) set({ protocol }, inFlight[protocol])
  })
  metrics.gauge(HTTP.longRunning, (set) => {
    const longRunning = inspector.requestsOlderThan(LONG_RUNNING_SECONDS * 1000)
    for (const protocol of PROTOCOLS) set({ protocol }, longRunning[protocol])
  })
}
