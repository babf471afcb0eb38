import type { RoamConfig } from '../config/types.ts'
import type { Site } from '../core/ports.ts'
import { createAccess } from '../http/access.ts'
import { forwardFields, inheritedRequestId } from '../http/forwarded.ts'
import { createTrust } from '../http/trust.ts'
import { validateHead } from '../http/validate.ts'
import { classifyRoute } from '../router/route-class.ts'
import { createRouter } from '../router/router.ts'
import { createResponder } from '../telemetry/responder.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { Backends } from './backends.ts'

/** What a configuration makes of a request. */
export function createSite(config: RoamConfig, backends: Backends, telemetry: Telemetry): Site {
  const trusted = createTrust(config.trustedProxies)
  const timeoutsOf = new Map(config.pools.map(({ name, timeouts }) => [name, timeouts]))
  return {
    admit: (head) => validateHead(head, config.limits),
    local: createResponder({
      paths: config.metrics,
      allowed: createAccess(config.metrics.allow),
      telemetry,
      pools: () => backends.pools,
    }),
    route: createRouter(
      config.routes.map((route) => ({
        ...route,
        pool: backends.pool(route.pool),
        timeouts: { ...timeoutsOf.get(route.pool)!, ...route.timeouts },
      })),
    ),
    classify: classifyRoute,
    forward: (head, connection, id) => forwardFields(head, connection, id, trusted),
    inheritedId: (head, connection) => inheritedRequestId(head, connection, trusted),
    limits: config.limits,
  }
}
