/** Clocks that differ move graphs, spoil certificates' dates, and make Prometheus refuse samples. */
import { UserError } from '../../user-error.ts'
import { fail, ok, skip, warn } from '../check.ts'
import type { Check } from '../check.ts'
import type { DoctorContext } from '../context.ts'

const WARN_SECONDS = 2
const FAIL_SECONDS = 60
const ADVICE = 'Let chrony or systemd-timesyncd set the clocks of all machines.'

export const clockCheck: Check = {
  id: 'clock',
  title: 'Clocks',
  async run(context) {
    const skews = [
      { of: 'Roam', seconds: await orUndefined(roamSkew(context)) },
      { of: 'Prometheus', seconds: await orUndefined(prometheusSkew(context)) },
    ].flatMap(({ of, seconds }) => (seconds === undefined ? [] : [{ of, seconds }]))
    if (skews.length === 0) return skip('neither Roam nor Prometheus tells its time')
    const worst = Math.max(...skews.map(({ seconds }) => Math.abs(seconds)))
    const list = skews.map(
      ({ of, seconds }) => `${of} ${Math.abs(seconds) < WARN_SECONDS ? 'agrees' : describe(seconds)}`,
    )
    const found = `compared with this machine: ${list.join(', ')}`
    if (worst < WARN_SECONDS) return ok(found)
    return worst < FAIL_SECONDS ? warn(found, ADVICE) : fail(found, ADVICE)
  },
}

/** The field Date has whole seconds: its half second is the best guess. */
async function roamSkew({ answer }: DoctorContext): Promise<number | undefined> {
  const { headers, at, seconds } = await answer()
  const date = Date.parse(headers.date ?? '')
  return Number.isNaN(date) ? undefined : beyond((date + 500 - at.getTime()) / 1000, seconds)
}

async function prometheusSkew(context: DoctorContext): Promise<number | undefined> {
  const began = Date.now()
  const [now] = await (await context.prometheus()).query('vector(time())')
  const ended = Date.now()
  return now && beyond(now.value - (began + ended) / 2000, (ended - began) / 1000)
}

/** The clock was read at some time between question and answer: what that explains is no difference. */
function beyond(seconds: number, answerSeconds: number): number {
  return Math.sign(seconds) * Math.max(0, Math.abs(seconds) - answerSeconds / 2)
}

async function orUndefined(value: Promise<number | undefined>): Promise<number | undefined> {
  try {
    return await value
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function describe(seconds: number): string {
  return `is ${Math.abs(seconds).toFixed(0)} s ${seconds > 0 ? 'ahead' : 'behind'}`
}
