/** Where a running process waits for its successor: a path that both can work out, and that nobody else can use. */
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Enough of the hash to tell configurations apart; a Unix socket's path has no more than 107 bytes. */
const NAME_DIGITS = 16
/** Others could put a socket of theirs in the place of ours; that they can look does no harm. */
const OTHERS_WRITE = 0o022

/**
 * The path of the socket for this configuration file. Its directory is made where it is missing; throws an Error with
 * one sentence where it cannot be used.
 */
export function meetingPlace(configFile: string, env: NodeJS.ProcessEnv): string {
  const folder = privateFolder(env)
  const name = createHash('sha256').update(realpathSync(configFile)).digest('hex').slice(0, NAME_DIGITS)
  return join(folder, `${name}.takeover`)
}

function privateFolder(env: NodeJS.ProcessEnv): string {
  // systemd names several directories with colons between them.
  const [runtime] = (env['RUNTIME_DIRECTORY'] ?? '').split(':')
  const user = process.getuid?.()
  if (user === undefined) throw new Error('a takeover needs Linux')
  if (runtime) return checked(runtime, user)
  const own = env['XDG_RUNTIME_DIR']
  const folder = own ? join(own, 'roam') : join(tmpdir(), `roam-${user}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return checked(folder, user)
}

/** In a directory that others may write to, somebody else may have been first. */
function checked(folder: string, user: number): string {
  const found = lstatSync(folder)
  if (!found.isDirectory()) throw new Error(`${folder} is no directory`)
  if (found.uid !== user) throw new Error(`${folder} belongs to another user`)
  if ((found.mode & OTHERS_WRITE) !== 0) throw new Error(`${folder} can be written to by other users`)
  return folder
}
