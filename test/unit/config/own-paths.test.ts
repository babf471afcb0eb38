import t from 'tap'
import { messagesOf, yaml } from './support.ts'

t.strictSame(messagesOf(yaml({ metrics: '{ readyPath: /metrics }' })), [
  'roam.yaml:4: metrics: path, healthPath and readyPath must differ',
])
