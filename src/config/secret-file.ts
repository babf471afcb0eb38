/** Files with a secret: read where they exist, made where they do not, the same one for every process that asks. */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { ConfigError } from './problem.ts'
import { errorCode, unreadable } from './unreadable.ts'

/** The least that a secret may have, and what is drawn. */
const SECRET_BYTES = 32

/** The keys of the configuration that name such a file. */
export type SecretKey = 'secretFile' | 'admin.tokenFile'

/** A secret and what is doubtful about its file. */
export interface Secret {
  /** The file's bytes without white space at its end. */
  readonly bytes: Buffer
  readonly warnings: readonly string[]
}

/**
 * Throws a ConfigError with one clear sentence.
 * @param file absolute path
 * @param key the key of the configuration that named it, for messages
 */
export function readOrCreateSecret(file: string, key: SecretKey = 'secretFile'): Secret {
  return readSecret(file, key) ?? create(file, key)
}

/** Undefined where the file does not exist. Throws a ConfigError where it cannot be used. */
export function readSecret(file: string, key: SecretKey = 'secretFile'): Secret | undefined {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw failure(file, key, unreadable(error))
  }
  try {
    const { mode } = fstatSync(descriptor)
    const bytes = withoutEnd(readFileSync(descriptor))
    if (bytes.length < SECRET_BYTES) {
      const advice = 'remove it, and Roam makes a new one at its next start'
      throw failure(file, key, `holds ${bytes.length} bytes, and a secret needs ${SECRET_BYTES}; ${advice}`)
    }
    const open = (mode & 0o077) === 0 ? [] : [`${key}: ${file} can be read by other users; chmod 600 it`]
    return { bytes, warnings: open }
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw failure(file, key, unreadable(error))
  } finally {
    closeSync(descriptor)
  }
}

/** Written whole under another name first: of two processes that start at once, both use the one that came first. */
function create(file: string, key: SecretKey): Secret {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    writeWhole(draft, `${randomBytes(SECRET_BYTES).toString('hex')}\n`)
    try {
      linkSync(draft, file)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    } finally {
      unlinkSync(draft)
    }
  } catch (error) {
    const advice = 'make its directory writable for this user, or make the file: openssl rand -hex 32'
    throw failure(file, key, `cannot be made (${errorCode(error)}); ${advice}`)
  }
  const secret = readSecret(file, key)
  if (secret === undefined) throw failure(file, key, `vanished while it was read`)
  return secret
}

function writeWhole(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', 0o600)
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** A line feed that an editor or a shell left behind is no part of a secret. */
function withoutEnd(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && [0x20, 0x09, 0x0a, 0x0d].includes(bytes[end - 1] ?? 0)) end--
  return bytes.subarray(0, end)
}

function failure(file: string, key: SecretKey, message: string): ConfigError {
  return new ConfigError(file, [{ path: key.split('.'), message }])
}
