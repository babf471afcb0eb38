import t from 'tap'
import { yaml } from '../config/support.ts'
import { roam } from './support.ts'

const cwd = t.testdir({
  'roam.yaml': yaml(),
  'bad.yaml': yaml({ log: '{ levl: info, format: xml }' }),
  'syntax.yaml': 'a: [',
})

t.strictSame(await roam(['check'], { cwd }), {
  code: 0,
  stdout: 'roam.yaml is valid: 1 listener, 1 pool with 1 backend, 1 route\n',
  stderr: 'roam.yaml: warning: pools.moodle has no health: only failing requests will show a dead backend\n',
})
t.strictSame(await roam(['check', '--config', 'bad.yaml'], { cwd }), {
  code: 1,
  stdout: '',
  stderr:
    'bad.yaml:4: log.format: must be one of json, text, not "xml"\n' +
    'bad.yaml:4: log.levl: unknown key; did you mean level?\n',
})
t.match(await roam(['check', '--config', 'syntax.yaml'], { cwd }), {
  code: 1,
  stderr: /^syntax\.yaml:1:5: not valid YAML: .*\n$/,
})
t.strictSame(await roam(['check', '--config', 'none.yaml'], { cwd }), {
  code: 1,
  stdout: '',
  stderr: 'none.yaml: no such file; roam init writes one to start from\n',
})
t.match(
  await roam(['start', '--config', 'bad.yaml'], { cwd }),
  { code: 1, stderr: /did you mean level/ },
  'start refuses it too',
)
