import t from 'tap'
import { explainStartFailure } from '../../../src/cli/start-failure.ts'
import { UserError } from '../../../src/cli/user-error.ts'

const failure = (code: string, facts: object = {}) =>
  explainStartFailure(Object.assign(new Error('first line\nsecond line'), { code, ...facts }), 'change it')
t.match(failure('EADDRINUSE', { address: '::', port: 9443 }), {
  name: 'UserError',
  message: 'port 9443 is in use by another program; stop that one, or change it',
})
t.match(failure('EACCES', { address: '127.0.0.1', port: 443 }), {
  message: /^this user may not listen on port 443 of 127\.0\.0\.1; /,
})
t.match(failure('EADDRNOTAVAIL', { address: '10.9.9.9', port: 1 }), {
  message: 'port 1 of 10.9.9.9: this machine has no such address; change it',
})
t.match(
  explainStartFailure(Object.assign(new Error('10.9.9.9:1: no'), { code: 'EADDRNOTAVAIL' }), 'change it'),
  { message: 'UDP port 1 of 10.9.9.9: this machine has no such address; change it' },
  'over UDP too',
)
t.match(failure('ERR_ADDON_MISSING'), { message: 'first line' })
t.match(
  explainStartFailure(Object.assign(new Error('[::]:9443: Address in use'), { code: 'EADDRINUSE' }), 'x'),
  { message: /^UDP port 9443 is in use/ },
  'the engine says it in words only',
)
const bug = new Error('bug')
t.equal(explainStartFailure(bug, ''), bug, 'a bug stays a bug')
t.notOk(failure('EOTHER') instanceof UserError)
