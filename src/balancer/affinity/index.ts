import type { AffinityConfig } from '../../config/types.ts'
import type { Affinity } from './affinity.ts'
import { cookieAffinity } from './cookie-affinity.ts'
import { hashAffinity } from './hash-affinity.ts'

/** The affinity of one pool. `secret`: the deployment's; restarts and other members that share it know each other's cookies. */
export function createAffinity(config: AffinityConfig, pool: string, secret: Buffer): Affinity {
  return config.by === 'cookie' ? cookieAffinity(config, pool, secret) : hashAffinity(config.keys)
}
