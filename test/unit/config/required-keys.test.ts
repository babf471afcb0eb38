import t from 'tap'
import { messagesOf, yaml } from './support.ts'

t.strictSame(messagesOf('log: {}'), [
  'roam.yaml:1: listeners: is required',
  'roam.yaml:1: pools: is required',
  'roam.yaml:1: routes: is required',
])
t.strictSame(
  messagesOf(yaml({ routes: '[{ path: / }]' })),
  ['roam.yaml:3: routes[0].pool: is required'],
  'on the line of the nearest parent',
)
t.strictSame(messagesOf(yaml({ pools: '' })), [
  'roam.yaml:2: pools: must be a mapping from names to pools, not empty',
])
