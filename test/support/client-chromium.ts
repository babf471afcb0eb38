/** Headless Chromium on a page of its own, over HTTP/3 from the first request. */
import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { skipWithout, which } from './client-tools.ts'

/** For tap's `skip`. */
export function skipWithoutChromium(): string | false {
  return skipWithout('chromium', 'chromium')
}

/** What --ignore-certificate-errors-spki-list wants for the (first) certificate in a PEM file. */
export function spkiOf(pemFile: string): string {
  const key = new X509Certificate(readFileSync(pemFile)).publicKey
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('base64')
}

export interface Browser {
  readonly page: Page
  close(): Promise<void>
}

/**
 * Opens a browser with an empty profile. `forceQuic`: "host:port" that go over HTTP/3 with no fallback. Chromium takes
 * QUIC to an unknown root only for a pinned key of a forced origin; --ignore-certificate-errors does not help there.
 */
export async function openChromium(options: {
  readonly forceQuic: readonly string[]
  readonly spki: readonly string[]
}): Promise<Browser> {
  const executablePath = which('chromium')
  if (executablePath === undefined) throw new Error('chromium is not installed')
  const profile = await mkdtemp(join(tmpdir(), 'roam-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-dev-shm-usage'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      '--enable-quic',
      // Forced QUIC would try ::1 alone, and nothing but localhost may be looked up.
      '--host-resolver-rules=MAP localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      `--origin-to-force-quic-on=${options.forceQuic.join(',')}`,
      `--ignore-certificate-errors-spki-list=${options.spki.join(',')}`,
    ],
  })
  return {
    page: context.pages()[0] ?? (await context.newPage()),
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
