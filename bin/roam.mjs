#!/usr/bin/env node
// Starts Roam with a Node that is new enough: the running one, else the one that npm installed beside Roam.
// Plain JavaScript that an old Node understands too, because that one must be able to say that it is too old.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const built = here('../dist/src/main.js')
const main = existsSync(built) ? built : here('../src/main.ts')
const pinned = here('../node_modules/.bin/node')
const [major, minor] = process.versions.node.split('.').map(Number)
const isNewEnough = major > 24 || (major === 24 && minor >= 21)
const isChild = process.env.ROAM_LAUNCHED === '1'
delete process.env.ROAM_LAUNCHED

if (isNewEnough) {
  if (isChild) endWithLauncher()
  await run()
} else if (existsSync(pinned) && !isChild) {
  launch()
} else {
  fail(`needs Node.js 24.21 or newer, and this is ${process.versions.node}; npm ci installs one beside Roam`)
}

async function run() {
  try {
    await import(pathToFileURL(main))
  } catch (error) {
    const missing = /^Cannot find package '([^']+)'/.exec(error.message)
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || missing === null) throw error
    fail(`the package ${missing[1]} is not installed; run npm ci`)
  }
}

/** The channel is there to be closed: that is how the child notices even a launcher that was killed. */
function launch() {
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ROAM_LAUNCHED: '1' },
  })
  // Ctrl-C reaches the child from the terminal as well; Roam takes what comes twice within a moment for one signal.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`${pinned} does not start: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

function endWithLauncher() {
  process.once('disconnect', () => process.exit(1))
  // Waiting for that is no reason to stay.
  process.channel?.unref()
}

function fail(message) {
  console.error(`roam: ${message}`)
  process.exit(1)
}
