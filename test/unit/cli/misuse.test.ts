import t from 'tap'
import { roam } from './support.ts'

t.strictSame(await roam(['chek']), {
  code: 1,
  stdout: '',
  stderr: "roam: unknown command 'chek' (Did you mean check?)\n",
})
t.match(await roam(['check', '--confg', 'x']), { code: 1, stderr: /^roam: unknown option '--confg' .*\n$/ })
t.match(await roam(['demo', '--port', '70000']), { code: 1, stderr: /^roam: .*from 0 to 65535.*\n$/ })
t.match(await roam([]), { code: 1, stderr: /Usage: roam/ })
t.match(await roam(['--help']), { code: 0, stdout: /Usage: roam/, stderr: '' })
t.match(await roam(['--version']), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/ })
