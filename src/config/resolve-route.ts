/** One decoded route → what the router reads. */
import type { DecodedRules } from './schema/headers.ts'
import type { Route } from './schema/route.ts'
import type { RouteTimeouts } from './schema/timeouts.ts'
import type { HeaderRules } from '../core/ports.ts'
import type { RouteConfig } from './types.ts'

/** Names of fields become lower case here. */
export function resolveRoute(route: Route): RouteConfig {
  return {
    host: route.host,
    path: route.path,
    match: route.match,
    methods: route.methods,
    pool: route.pool,
    maxBodyBytes: route.maxBody,
    timeouts: resolveTimeouts(route.timeouts),
    routeClass: route.class,
    requestHeaders: resolveRules(route.requestHeaders),
    responseHeaders: resolveRules(route.responseHeaders),
  }
}

/** `total: none` is here with the value undefined: it takes the pool's limit away. */
function resolveTimeouts({ firstByte, idle, total }: RouteTimeouts): RouteConfig['timeouts'] {
  return {
    ...(firstByte !== undefined && { firstByteMs: firstByte }),
    ...(idle !== undefined && { idleMs: idle }),
    ...(total !== undefined && { totalMs: total === 'none' ? undefined : total }),
  }
}

function resolveRules({ remove, set, add }: DecodedRules): HeaderRules {
  return { remove: remove.map((name) => name.toLowerCase()), set: fieldsOf(set), add: fieldsOf(add) }
}

function fieldsOf(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [name.toLowerCase(), value])
}
