/** What no request on a wire can show: heads that a listener got wrong, and the exact limits. */
import t from 'tap'
import { RoamError } from '../../../src/core/errors.ts'
import type { RawHead } from '../../../src/core/exchange.ts'
import { validateHead } from '../../../src/http/validate.ts'
import { VECTOR_LIMITS } from '../../vectors/requests.ts'

const HEAD: RawHead = {
  method: 'GET',
  target: '/',
  authority: 'roam.example',
  scheme: 'https',
  fields: [],
  version: '2',
  hasBody: false,
}

t.test('parts that are missing', (t) => {
  for (const part of ['method', 'target', 'authority', 'scheme'] as const) {
    t.throws(
      () => validateHead({ ...HEAD, [part]: undefined }, VECTOR_LIMITS),
      { code: 'MALFORMED_REQUEST' },
      part,
    )
  }
  t.throws(
    () => validateHead({ ...HEAD, fields: ['x-a'] }, VECTOR_LIMITS),
    { code: 'MALFORMED_REQUEST' },
    'value',
  )
  t.throws(() => validateHead({ ...HEAD, fields: [':path', '/'] }, VECTOR_LIMITS), {
    code: 'MALFORMED_REQUEST',
  })
  t.end()
})

t.test('the field section counts 32 bytes for each field (RFC 9113 §6.5.2)', (t) => {
  const limits = { ...VECTOR_LIMITS, maxFieldSectionBytes: 100 }
  const fields = (bytes: number) => ['x-a', 'v'.repeat(10), 'x-b', 'v'.repeat(bytes - 80)]
  t.doesNotThrow(() => validateHead({ ...HEAD, fields: fields(100) }, limits))
  t.throws(() => validateHead({ ...HEAD, fields: fields(101) }, limits), { code: 'FIELDS_TOO_LARGE' })
  t.end()
})

t.test('a message names the field and shows neither value nor control characters', (t) => {
  const cases: readonly (readonly string[])[] = [
    ['x-secret', 'value\n'],
    ['x-\r\nsecret', 'value'],
    ['content-length', 'value'],
    [`x-${'long'.repeat(100)}_forwarded_for(`, 'value'],
    [`X-${'long'.repeat(100)}`, 'value'],
  ]
  for (const fields of cases) {
    try {
      validateHead({ ...HEAD, fields }, VECTOR_LIMITS)
      t.fail('refused')
    } catch (error) {
      t.ok(error instanceof RoamError)
      const { message } = error as RoamError
      t.notMatch(message, /value\n|\r|\n/)
      t.ok(message.length < 150, message)
    }
  }
  t.throws(() => validateHead({ ...HEAD, fields: ['x-secret', 'value\n'] }, VECTOR_LIMITS), /x-secret/)
  t.end()
})

t.test('the input is not changed', (t) => {
  const fields = Object.freeze(['X-A', ' 1 ', 'Cookie', 'a', 'Cookie', 'b', 'Host', 'ROAM'])
  validateHead({ ...HEAD, version: '1.1', fields }, VECTOR_LIMITS)
  t.same(fields, ['X-A', ' 1 ', 'Cookie', 'a', 'Cookie', 'b', 'Host', 'ROAM'])
  t.end()
})
