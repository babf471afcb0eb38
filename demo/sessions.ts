/**
 * Moodle's sessions: a new id at login, and one request at a time for each session. The user's name is in the id, because
 * the backends of the demo share no memory; real Moodles share a database or Redis.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const COOKIE = 'MoodleSession'

/** A fresh session for somebody, '' for a guest. */
export function newSession(user: string): string {
  return `${randomUUID()}.${Buffer.from(user).toString('base64url')}`
}

/** The Set-Cookie value that starts a session. */
export function sessionCookie(session: string): string {
  return `${COOKIE}=${session}; Path=/; Secure; HttpOnly; SameSite=Lax`
}

/** The session of a request. */
export function sessionOf(request: IncomingMessage): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(/;\s*/)
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1)
}

/** Who is logged in, '' for a guest. */
export function userOf(session: string | undefined): string {
  return Buffer.from(session?.split('.')[1] ?? '', 'base64url').toString()
}

/** What Moodle waits at most (session_redis_acquire_lock_timeout). */
const LOCK_WAIT_MS = 120_000

/** Lets the requests of one session through one after the other: parallel calls of one student wait in line. */
export class SessionLocks {
  readonly #tails = new Map<string, Promise<void>>()
  readonly #waitMs: number

  constructor(waitMs = LOCK_WAIT_MS) {
    this.#waitMs = waitMs
  }

  /** Resolves when it is this request's turn, with the function that lets the next one in; undefined: waited in vain. */
  async acquire(session: string): Promise<(() => void) | undefined> {
    const before = this.#tails.get(session)
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#tails.set(session, promise)
    const release = (): void => {
      resolve(undefined)
      if (this.#tails.get(session) === promise) this.#tails.delete(session)
    }
    if (before === undefined || (await inTime(before, this.#waitMs))) return release
    // Whoever waits behind this one still waits for the one before it.
    void before.then(release)
    return undefined
  }
}

async function inTime(turn: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)))
  const came = await Promise.race([turn.then(() => true), late])
  clearTimeout(timer)
  return came
}
