import t from 'tap'
import { promtool, withoutPromtool } from './support/promtool.ts'

t.test(
  'Prometheus accepts the rules and has nothing to say about them',
  { skip: withoutPromtool },
  async (t) => {
    const { code, stdout, stderr } = await promtool([
      'check',
      'rules',
      '--lint=all',
      '--lint-fatal',
      'rules/alerts.yml',
      'rules/recording.yml',
    ])
    t.equal(stderr, '')
    t.equal(code, 0, stdout)
  },
)
