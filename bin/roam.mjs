#!/usr/bin/env node
// Starts Roam with a Node that is new enough: the running one, else the one that npm installed beside Roam.
// Plain JavaScript that an old Node understands too, because that one must be able to say that it is too old.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const built = here('../dist/src/main.js')
const main = existsSync(built) ? built : here('../src/main.ts')
const pinned = here('../node_modules/.bin/node')
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 24 || (major === 24 && minor >= 21)) {
  await import(pathToFileURL(main))
} else if (existsSync(pinned)) {
  const child = spawn(pinned, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  // Ctrl-C reaches the child by itself; what a supervisor sends to this process is handed on.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code) => process.exit(code ?? 1))
} else {
  console.error(`roam: needs Node.js 24.21 or newer, and this is ${process.versions.node}`)
  process.exit(1)
}
