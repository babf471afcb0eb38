/** One line for the acceptance tests: backends and Roam in front of them, all gone at the end. */
import type { Test } from 'tap'
import { startLedgerBackend, type LedgerBackend } from './ledger-backend.ts'
import { startRoam, type RoamOptions, type RoamProcess } from './roam-process.ts'

export interface Scene {
  readonly roam: RoamProcess
  readonly backends: readonly LedgerBackend[]
}

export async function setScene(
  t: Test,
  options: Partial<RoamOptions> & { readonly backendCount?: number } = {},
): Promise<Scene> {
  const count = options.backendCount ?? 1
  const backends = await Promise.all(
    Array.from({ length: count }, (_, index) => startLedgerBackend(`backend-${index + 1}`)),
  )
  t.teardown(() => Promise.all(backends.map((backend) => backend.close())))
  const roam = await startRoam({ ...options, backends })
  t.teardown(() => roam.close())
  return { roam, backends }
}

/** The body of the migration tests: 10 MB. */
export const TEN_MB = 10 * 1024 * 1024
