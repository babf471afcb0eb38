import t from 'tap'
import { type ErrorCode, ERRORS, RoamError } from '../../../src/core/errors.ts'
import { errorAnswer } from '../../../src/http/error-page.ts'

function field(fields: readonly string[], name: string): string | undefined {
  const at = fields.indexOf(name)
  return at === -1 ? undefined : fields[at + 1]
}

t.test('every code makes an answer that echoes nothing', (t) => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const facts: { status: number; proxyStatus?: string } = ERRORS[code]
    const error = new RoamError(code, 'secret of 10.0.0.1', { context: { backend: 'secret' } })
    for (const accept of [undefined, 'text/html,*/*;q=0.8']) {
      const { fields, body } = errorAnswer(error, 'id-1', undefined, accept)
      const text = body.toString()
      t.match(text, new RegExp(`${facts.status} `), code)
      t.match(text, code)
      t.match(text, 'id-1')
      t.notMatch(text, 'secret')
      t.notMatch(fields.join(), 'secret')
      t.equal(field(fields, 'content-length'), String(body.length))
      t.equal(
        field(fields, 'proxy-status'),
        facts.proxyStatus === undefined ? undefined : `roam; error=${facts.proxyStatus}`,
      )
      t.equal(field(fields, 'retry-after'), facts.status === 503 ? '1' : undefined)
      t.equal(
        field(fields, 'content-type'),
        accept === undefined ? 'text/plain; charset=utf-8' : 'text/html; charset=utf-8',
      )
    }
  }
  t.end()
})

t.test('Retry-After is in whole seconds, at least one (RFC 9110 §10.2.3)', (t) => {
  const error = new RoamError('NO_BACKEND', 'none')
  t.equal(field(errorAnswer(error, 'id', 2.1).fields, 'retry-after'), '3')
  t.equal(field(errorAnswer(error, 'id', 0).fields, 'retry-after'), '1')
  t.end()
})

t.test('405 says what is allowed (RFC 9110 §15.5.6)', (t) => {
  t.match(field(errorAnswer(new RoamError('METHOD_NOT_ALLOWED', ''), 'id').fields, 'allow'), 'GET')
  t.end()
})

t.test('a route that knows better says so itself', (t) => {
  const error = new RoamError('METHOD_NOT_ALLOWED', '', { fields: ['allow', 'POST'] })
  t.same(
    errorAnswer(error, 'id').fields.filter((_, i, all) => all[i - 1] === 'allow'),
    ['POST'],
  )
  t.end()
})
