import { readOrCreateSecret } from '../config/secret-file.ts'
import type { RoamConfig } from '../config/types.ts'

/** What the processes of a deployment share, undefined where each draws its own; and what to say about that. */
export function deploymentSecret(config: RoamConfig): {
  readonly secret: Buffer | undefined
  readonly warnings: readonly string[]
} {
  if (config.secretFile !== undefined) {
    const { bytes, warnings } = readOrCreateSecret(config.secretFile)
    return { secret: bytes, warnings }
  }
  const signed = config.pools.filter(({ affinity }) => affinity?.by === 'cookie')
  const warnings = signed.map(
    ({ name }) =>
      `pools.${name}.affinity: without secretFile the cookies of clients are worthless after a restart; set secretFile`,
  )
  return { secret: undefined, warnings }
}
