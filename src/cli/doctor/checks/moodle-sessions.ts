/** Moodle lets the requests of one session run one after the other; how long that takes, and whether Roam waits that long. */
import { ok, skip, warn } from '../check.ts'
import type { Check } from '../check.ts'
import type { DoctorContext } from '../context.ts'
import { askSite } from '../moodle/ask.ts'
import { neededWwwroot, sitePath } from '../moodle/target.ts'

/** As many as a page of Moodle's makes at once. */
const AT_ONCE = 5
/** Everything that a page does in parallel takes this long then. */
const SLOW_SECONDS = 2
/** session_redis_acquire_lock_timeout and its sisters. */
const LOCK_WAIT_MS = 120_000
const ADVICE = '$CFG->enable_read_only_sessions = true;'

export const moodleSessionsCheck: Check = {
  id: 'moodle-sessions',
  title: 'Moodle: sessions',
  async run(context) {
    const { moodle } = context.options
    if (moodle === undefined) return skip('--moodle is not given')
    const firstByteMs = moodle.pool?.timeouts.firstByteMs
    if (firstByteMs !== undefined && firstByteMs <= LOCK_WAIT_MS) {
      return warn(
        `timeouts.firstByte of the pool is ${firstByteMs / 1000} s, and Moodle waits up to ${LOCK_WAIT_MS / 1000} s for the lock of a session`,
        'In the pool of Roam’s configuration: timeouts: { firstByte: 130s }',
      )
    }
    const wwwroot = neededWwwroot(moodle)
    const ask = (cookie: string) =>
      askSite(context, wwwroot, sitePath(wwwroot, '/login/index.php'), cookie === '' ? {} : { cookie })
    const { status, headers } = await ask('')
    const cookie = (headers['set-cookie'] ?? []).map((field) => field.split(';')[0]).join('; ')
    if (status !== 200 || !/MoodleSession/.test(cookie))
      return skip('no session is given out with the login page')
    const alone = (await ask(cookie)).seconds
    const together = await longest(context, () => ask(cookie))
    const found = `one request ${ms(alone)}, ${AT_ONCE} of one session at once ${ms(together)}`
    if (together < SLOW_SECONDS || together < alone * 2) return ok(found)
    return warn(
      `${found}: they wait for each other`,
      `Moodle locks the session. In config.php: ${ADVICE} It lets AJAX calls that only read run side by side; and look at how fast the session store is.`,
    )
  },
}

async function longest(
  { options: { timeoutMs } }: DoctorContext,
  ask: () => Promise<{ readonly seconds: number }>,
): Promise<number> {
  const answers = await Promise.allSettled(Array.from({ length: AT_ONCE }, ask))
  // What did not come in time took at least that long.
  return Math.max(
    ...answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.seconds : timeoutMs / 1000)),
  )
}

function ms(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(1)} s`
}
