/** Moodle's session lock around a page. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sessionOf } from './sessions.ts'
import { answer } from './visit.ts'
import type { Handler } from './visit.ts'

/** Requests of one session run one after the other; whoever waits in vain gets an error page. */
export function underLock(handler: Handler): Handler {
  return async (visit) => {
    const session = sessionOf(visit.request)
    if (session === undefined) return handler(visit)
    const release = await visit.state.locks.acquire(session)
    if (release === undefined) {
      answer(visit, 500, 'text/html; charset=utf-8', 'Unable to obtain lock for session id.\n')
      return
    }
    try {
      if (visit.state.pageMs > 0) await sleep(visit.state.pageMs)
      await handler(visit)
    } finally {
      release()
    }
  }
}
