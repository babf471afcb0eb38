import t from 'tap'
import { messagesOf } from './support.ts'

t.strictSame(messagesOf('log:\n  level: info: yes\n'), [
  'roam.yaml:2:14: not valid YAML: bad indentation of a mapping entry',
])
t.strictSame(messagesOf('log: {}\nlog: {}\n'), ['roam.yaml:2:1: not valid YAML: duplicated mapping key'])
for (const text of ['', '\n# nothing\n']) t.match(messagesOf(text), [/^roam\.yaml: is empty; roam init/])
t.match(messagesOf('just words'), [/^roam\.yaml:1: must be a mapping, not "just words"$/])
