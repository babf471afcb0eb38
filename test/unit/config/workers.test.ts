import t from 'tap'
import { messagesOf, yaml } from './support.ts'

t.match(
  messagesOf(yaml({ workers: '4' })),
  [/^roam\.yaml:4: workers: only 1 worker is available/],
  'a key without a function is not silently accepted',
)
t.strictSame(messagesOf(yaml({ workers: '1' })), [])
