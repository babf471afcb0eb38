import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { formatTextLine } from '../../../src/cli/log-text.ts'
import { logSettings, openLog } from '../../../src/cli/logger.ts'

const file = join(t.testdir({}), 'log')
const { log, close } = openLog({ level: 'info', format: 'json' }, openSync(file, 'w'))
log.debug('not this')
log.info({ 'roam.backend': 'm1' }, 'hello')
await close()
const line = readFileSync(file, 'utf8')
t.match(JSON.parse(line), { level: 'info', time: /^\d{4}-\d\d-\d\dT/, 'roam.backend': 'm1', msg: 'hello' })
t.notMatch(line, /"pid"|"hostname"/)

t.equal(
  formatTextLine('{"level":"warn","time":"T","a":"x y","b":1,"msg":"hel\\nlo\\u001b"}'),
  '[T WARN] hel\\nlo\\u001b a="x y" b=1\n',
  'text: one line each, without control characters',
)
t.strictSame(logSettings({ level: 'info', format: 'json' }, {}), { level: 'info', format: 'json' })
t.strictSame(logSettings({ level: 'info', format: 'json' }, { LOG_LEVEL: 'debug', LOG_FORMAT: 'text' }), {
  level: 'debug',
  format: 'text',
})
t.throws(() => logSettings({ level: 'info', format: 'json' }, { LOG_LEVEL: 'loud' }), {
  message: /^LOG_LEVEL must be one of/,
})
