/**
 * One line a request. Fields are named by OpenTelemetry's attributes where it has one. No query string, no cookie, no
 * other header: they carry tokens. pino writes JSON, which escapes line breaks and control characters, so that no
 * client can forge a line.
 */
import type { Logger } from 'pino'
import type { Events, RequestRecord } from '../core/events.ts'
import type { Protocol } from '../core/exchange.ts'

const VERSIONS: Readonly<Record<Protocol, string>> = { 'http/1.1': '1.1', h2: '2', h3: '3' }

// What a client can make long is cut, so that a flood of long requests is no flood of log bytes.
const MAX_METHOD = 32
const MAX_PATH = 1024
const MAX_HOST = 255
const MAX_ID = 128
/** Roam's own words; room for the stack of a defect (`INTERNAL`), which is nowhere else. */
const MAX_MESSAGE = 1500

export interface AccessLogOptions {
  readonly events: Events
  readonly log: Pick<Logger, 'debug' | 'info' | 'isLevelEnabled'>
}

/** Writes until the returned function is called. */
export function createAccessLog({ events, log }: AccessLogOptions): () => void {
  const onEnd = (request: RequestRecord): void => {
    // A scrape every five seconds and a probe every second would bury what people asked for.
    if (!request.local || request.status !== 200) log.info(lineOf(request), 'request')
    else if (log.isLevelEnabled('debug')) log.debug(lineOf(request), 'request')
  }
  events.on('request:end', onEnd)
  return () => events.off('request:end', onEnd)
}

/** A literal, not built up: every line has the same shape, which is what makes it cheap. Undefined is left out. */
function lineOf(request: RequestRecord): object {
  return {
    'http.request.method': cut(request.method, MAX_METHOD),
    'url.path': cut(withoutQuery(request.path), MAX_PATH),
    'http.response.status_code': request.status,
    'network.protocol.version': VERSIONS[request.protocol],
    'client.address': request.remoteAddress,
    'server.address': cut(withoutPort(request.host), MAX_HOST),
    'http.request.body.size': request.requestBytes,
    'http.response.body.size': request.responseBytes,
    'error.type': request.error,
    'roam.error_message':
      request.errorMessage === undefined ? undefined : cut(request.errorMessage, MAX_MESSAGE),
    'roam.backend': request.backendId,
    'roam.attempts': request.attempts,
    'roam.route_class': request.routeClass,
    'roam.queue_seconds': request.queueSeconds > 0 ? rounded(request.queueSeconds) : undefined,
    'roam.duration_seconds': rounded(request.durationSeconds),
    'roam.time_to_first_byte_seconds':
      request.timeToFirstByteSeconds === undefined ? undefined : rounded(request.timeToFirstByteSeconds),
    'roam.request_id': cut(request.id, MAX_ID),
  }
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text
}

/** A path has none; a target that could not be parsed may. */
function withoutQuery(path: string): string {
  const query = path.indexOf('?')
  return query < 0 ? path : path.slice(0, query)
}

/** `server.address` is a name or address; the colon of an IPv6 address is inside brackets. */
function withoutPort(host: string): string {
  const colon = host.lastIndexOf(':')
  return colon > host.lastIndexOf(']') ? host.slice(0, colon) : host
}

/** To microseconds: the rest is noise that takes ten more bytes. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6
}
