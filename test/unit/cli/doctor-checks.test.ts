/** Findings that a healthy machine does not have. */
import t from 'tap'
import type { Check } from '../../../src/cli/doctor/check.ts'
import { clockCheck } from '../../../src/cli/doctor/checks/clock.ts'
import { fileDescriptorsCheck } from '../../../src/cli/doctor/checks/file-descriptors.ts'
import { RULE_GROUPS, rulesCheck } from '../../../src/cli/doctor/checks/rules.ts'
import type { DoctorContext } from '../../../src/cli/doctor/context.ts'
import { parseMetrics } from '../../../src/cli/doctor/metrics-text.ts'
import { UserError } from '../../../src/cli/user-error.ts'

const run = (check: Check, parts: object) => check.run(parts as DoctorContext)

t.test('clocks that differ, and answers that only took their time', async (t) => {
  const skewed = (skewMs: number, seconds = 0.01) => {
    const at = new Date('2026-11-21T12:00:00.500Z')
    const headers = { date: new Date(at.getTime() - 500 + skewMs).toUTCString() }
    return run(clockCheck, {
      answer: () => Promise.resolve({ headers, at, seconds }),
      prometheus: () => Promise.reject(new UserError('--no-prometheus')),
    })
  }
  t.match(await skewed(0), { status: 'ok' })
  t.match(await skewed(-5000), { status: 'warn', found: /Roam is 5 s behind/ })
  t.match(await skewed(90_000), { status: 'fail', found: /Roam is 90 s ahead/ })
  t.match(await skewed(2000, 4), { status: 'ok' }, 'two of four seconds')
})

t.test('file descriptors that run out, and a limit below that of connections', async (t) => {
  const having = (open: number, most: number) =>
    run(fileDescriptorsCheck, {
      metrics: () =>
        Promise.resolve(
          parseMetrics(`process_open_fds ${open}\nprocess_max_fds ${most}\nquic_connections_limit 10000\n`),
        ),
    })
  t.match(await having(81, 100), { status: 'fail', advice: /raise the limit/ })
  t.match(await having(10, 1024), { status: 'warn', advice: /at least 20000/ })
  t.match(await having(10, 65_536), { status: 'ok' })
})

t.test('a rule that cannot be evaluated', async (t) => {
  const groups = RULE_GROUPS.map((name) => ({ name, rules: [{ name: 'fine', health: 'ok' }] }))
  const having = (...rules: object[]) =>
    run(rulesCheck, {
      prometheus: () =>
        Promise.resolve({
          address: 'http://p',
          api: () => Promise.resolve([...groups, { name: 'own', rules }]),
        }),
    })
  t.match(await having({ name: 'broken', health: 'err', lastError: 'many-to-many' }), {
    status: 'fail',
    found: 'broken cannot be evaluated: many-to-many',
  })
  t.match(await having({ name: 'new', health: 'unknown' }), { status: 'warn' })
  t.match(await having(), { status: 'ok' })
})
