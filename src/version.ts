import { readFileSync } from 'node:fs'

const manifest = JSON.parse(
  readFileSync(
    new URL(import.meta.url.includes('/dist/') ? '../../package.json' : '../package.json', import.meta.url),
    'utf8',
  ),
) as { version: string }

/** What runs: the package's version, and the commit where the build recorded one. */
export const BUILD = { version: manifest.version, commit: process.env['ROAM_COMMIT'] ?? 'unknown' }
