/** Who is told what, by severity. */
import t from 'tap'
import { ALERT_GROUPS } from '../../monitoring/rules/alerts.ts'
import { run, skipWithout } from '../support/client-tools.ts'
import { ALL_RECEIVERS, renderAlertmanager } from './support/alertmanager-config.ts'

/** A severity that nobody thought of has to reach people. */
const RECEIVERS = { critical: 'team', warning: 'team', info: 'nobody', none: 'watchdog' } as const

t.test(
  'each alert has its receiver',
  { skip: skipWithout('amtool', 'prometheus-alertmanager') },
  async (t) => {
    const { file } = await renderAlertmanager(t.testdir(), ALL_RECEIVERS)
    const receiverOf = async (...labels: readonly string[]): Promise<string> => {
      const { stdout } = await run('amtool', ['config', 'routes', 'test', `--config.file=${file}`, ...labels])
      return stdout.trim()
    }
    for (const { alert, severity } of ALERT_GROUPS.flatMap(({ rules }) => rules)) {
      const receiver = await receiverOf(`alertname=${alert}`, `severity=${severity}`, 'job=roam')
      t.equal(receiver, RECEIVERS[severity], `${alert} (${severity})`)
    }
    t.equal(await receiverOf('alertname=Unheard', 'severity=catastrophe'), 'team')
  },
)
