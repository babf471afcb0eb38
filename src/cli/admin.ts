/** The admin server's life in a process that serves. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type AdminParts, createAdminServer } from '../admin/server.ts'
import type { App } from '../app/app.ts'
import { formatAddress } from '../config/address.ts'
import { readOrCreateSecret } from '../config/secret-file.ts'
import type { RoamConfig } from '../config/types.ts'
import { BUILD } from '../version.ts'
import { codeOf } from './user-error.ts'

/** The process that was taken over lets go of the port when it knows: a moment after this one serves. */
const RETRY_MS = 50
const RETRIES = 200

/** What `serve` holds of it. */
export interface Admin {
  /** Frees the port at once. */
  close(): Promise<void>
}

/** There is none. */
export const NO_ADMIN: Admin = { close: () => Promise.resolve() }

/** Made where it is missing; undefined: none is configured. Throws a ConfigError where it cannot be used. */
export function adminToken({ admin }: RoamConfig): Buffer | undefined {
  if (admin?.tokenFile === undefined) return undefined
  return readOrCreateSecret(admin.tokenFile, 'admin.tokenFile').bytes
}

/**
 * Rejects with the system's error where the port cannot be used. After a takeover it does not wait for the port: clients
 * matter more.
 */
export async function openAdmin(
  { admin }: RoamConfig,
  { app, log, token }: Pick<AdminParts, 'log' | 'token'> & { readonly app: App },
  isTakeover: boolean,
): Promise<Admin> {
  if (admin === undefined) return NO_ADMIN
  const server = createAdminServer({
    control: app.control,
    events: app.events,
    ...{ log, token, version: BUILD.version },
  })
  const listen = async () => {
    const port = await server.listen(admin)
    log.info(`admin server on http://${formatAddress({ host: admin.host, port })}`)
  }
  if (!isTakeover) {
    await listen()
    return server
  }
  const closing = new AbortController()
  const opened = listenWhenFree(listen, closing.signal).catch((error: unknown) => {
    if (!closing.signal.aborted) log.error({ err: error }, 'no admin server: its port is not free')
  })
  return {
    async close() {
      closing.abort()
      await opened
      await server.close()
    },
  }
}

async function listenWhenFree(listen: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let left = RETRIES; ; left--) {
    try {
      await listen()
      return
    } catch (error) {
      if (left === 0 || codeOf(error) !== 'EADDRINUSE') throw error
      await sleep(RETRY_MS, undefined, { signal })
    }
  }
}
