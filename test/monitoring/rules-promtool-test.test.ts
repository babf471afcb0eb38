import t from 'tap'
import { RULE_TESTS, promtool, withoutPromtool } from './support/promtool.ts'

// Together they take half a minute.
t.setTimeout(110_000)

// Each by itself, so that a failure says in which file, and what was there instead.
for (const path of RULE_TESTS) {
  t.test(path, { skip: withoutPromtool }, async (t) => {
    const { code, stdout, stderr } = await promtool(['test', 'rules', path])
    t.equal(code, 0, `${stdout}${stderr}`)
  })
}
