import t from 'tap'
import { run } from '../../support/client-tools.ts'
import { findProgram } from '../../monitoring/support/daemon.ts'
import { causesOf } from './causes.ts'
import { dashboardExpressions, EXCEPTIONS, ruleExpressions, unanswered } from './expressions.ts'
import { unfiltered } from './filters.ts'
import { groupProblems, isUnrendered } from './notification.ts'
import { setScene } from './scene.ts'
import { tell, untilFiring, untilForgotten, untilGone, untilNotified, untilTold } from './watch.ts'
import { setTimeout as sleep } from 'node:timers/promises'

const asked = process.env['CI'] !== undefined || process.env['ROAM_TEST_LIVE'] !== undefined
const skip = asked ? false : 'takes 18 minutes: ROAM_TEST_LIVE=1 runs it'
const BASELINE_MS = 120_000

t.setTimeout(40 * 60_000)
t.test('the shipped monitoring sees real traffic and real trouble', { skip }, async (t) => {
  const scene = await setScene(t)
  const { prometheus, alertmanager, inbox, roam } = scene
  const { api } = prometheus
  const began = new Date()
  tell(`Prometheus listens on ${prometheus.url}`)

  await t.test(
    'while all is well, only the watchdog fires, and no alert of the specification waits',
    async (t) => {
      await sleep(BASELINE_MS)
      const alerts = await api.alerts()
      const firing = alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels['alertname'])
      t.same(firing, ['Watchdog'], 'firing')
      const demanded = new Set(causesOf(scene).map(({ alert }) => alert))
      t.same(
        alerts.filter(({ labels }) => demanded.has(labels['alertname'] ?? '')),
        [],
      )
    },
  )

  await t.test('a configuration that is refused is told of, and the next one is taken', async (t) => {
    roam.reload('nonsense: 1\n')
    await untilFiring(scene, 'ConfigReloadFailed', 60)
    roam.reload('')
    await sleep(5000)
    t.match(await roam.metrics(), 'quic_config_reloads_total{result="success"} 1')
  })

  await t.test('each alert of the specification fires for its cause and is resolved after it', async (t) => {
    const causes = causesOf(scene)
    const over = new Map(causes.map(({ alert }) => [alert, Promise.withResolvers<undefined>()]))
    t.jobs = causes.length
    for (const cause of causes) {
      void t.test(`${cause.alert}: ${cause.what}`, { buffered: true }, async (t) => {
        t.teardown(() => over.get(cause.alert)?.resolve(undefined))
        await cause.begin()
        tell(`${cause.alert} has a cause`)
        await untilFiring(scene, cause.alert, cause.firesWithinSeconds)
        const group = await untilNotified(scene, cause.alert)
        t.same(await groupProblems(group, prometheus.url), [], 'one group, its texts and its link are whole')
        const told = group.receiver.name === 'team'
        if (told) await untilTold(scene, cause.alert, 'firing')
        if (cause.endsAfter !== undefined) await over.get(cause.endsAfter)?.promise
        await cause.end()
        tell(`${cause.alert} has no cause any more`)
        await untilGone(scene, cause.alert, cause.resolvesWithinSeconds)
        if (told) await untilTold(scene, cause.alert, 'resolved')
        await untilForgotten(scene, cause.alert)
      })
    }
  })

  await t.test('people are told of what they have to know, and the dead man’s switch is held', async (t) => {
    const told = new Set(inbox.webhook.map(({ groupLabels }) => groupLabels['alertname']))
    t.notOk(told.has('HighConnectionMigrationRate'), 'an information goes to nobody')
    t.ok(told.has('ConnectionMigrationFailures'), 'a warning goes to the team')
    const minutes = (Date.now() - began.getTime()) / 60_000
    t.ok(inbox.watchdog.length > minutes / 2, `${inbox.watchdog.length} calls in ${minutes} minutes`)
    const texts = inbox.slack.flatMap(({ attachments }) => attachments.map(({ text }) => text))
    t.same(texts.filter(isUnrendered), [], 'texts in Slack are whole')
  })

  await t.test('every expression of rules and dashboards has had values', async (t) => {
    t.ok(EXCEPTIONS.size <= 5, 'few exceptions')
    const all = [...ruleExpressions(), ...dashboardExpressions()]
    t.same(await unanswered(api, all, began), [], `${all.length} expressions`)
  })

  await t.test('what is chosen in the menus of a dashboard is all that its panels show', async (t) => {
    const courses = {
      menus: { instance: `localhost:${roam.port}`, pool: 'courses', protocol: 'h2' },
      visible: { protocol: ['h2'], pool: ['courses'], backend_id: ['course-1', 'none'] },
    }
    t.same(await unfiltered(api, courses, began), [], 'a pool and a protocol')
    const one = { menus: { backend: 'moodle-1' }, visible: { backend_id: ['moodle-1'] } }
    t.same(await unfiltered(api, one, began), [], 'a backend')
  })

  await t.test('Prometheus scrapes and evaluates without a complaint', async (t) => {
    const targets = await api.targets()
    t.same(
      new Set(targets.map(({ labels }) => labels['job'])),
      new Set(['roam', 'prometheus', 'node', 'alertmanager']),
      'jobs',
    )
    const down = targets.filter(({ health }) => health !== 'up')
    t.same(down, [], 'targets that are down')
    const broken = (await api.rules()).filter(({ health }) => health !== 'ok')
    t.same(broken, [], 'rules that cannot be evaluated')
    const [slowest] = await api.query('max_over_time(scrape_duration_seconds{job="roam"}[1h])')
    t.ok(Number(slowest?.values[0]?.[1]) < 1, 'Roam answered every scrape within a second')
    const log = [...prometheus.daemon.log, ...alertmanager.daemon.log]
    const errors = log.filter((line) => /\blevel=error\b/i.test(line))
    t.same(errors, [], 'errors in the logs')
  })

  await t.test('promtool has nothing to say about what Roam exports', async (t) => {
    const { code, stdout, stderr } = await run(findProgram('promtool'), ['check', 'metrics'], {
      input: Buffer.from(await roam.metrics()),
    })
    t.equal(code, 0, stdout + stderr)
  })
})
