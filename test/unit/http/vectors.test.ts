/** Every shared vector through the validator, as each protocol that can express it. */
import t from 'tap'
import { ERRORS, RoamError } from '../../../src/core/errors.ts'
import { type Protocol, PROTOCOLS, type RequestHead } from '../../../src/core/exchange.ts'
import { validateHead } from '../../../src/http/validate.ts'
import { asRawHead } from '../../vectors/as-head.ts'
import { type Vector, VECTOR_LIMITS, VECTORS } from '../../vectors/requests.ts'

/** The head, or the status of the refusal. */
function outcome(vector: Vector, protocol: Protocol): RequestHead | number {
  try {
    return validateHead(asRawHead(vector, protocol), VECTOR_LIMITS)
  } catch (error) {
    if (!(error instanceof RoamError)) throw error
    return ERRORS[error.code].status
  }
}

for (const protocol of PROTOCOLS) {
  t.test(protocol, (t) => {
    for (const vector of VECTORS) {
      if (vector.on !== undefined && !vector.on.includes(protocol)) continue
      const name = `${vector.row} ${vector.name}`
      const actual = outcome(vector, protocol)
      if (typeof vector.outcome === 'number' || typeof actual === 'number') {
        t.equal(
          typeof actual === 'number' ? actual : 'accepted',
          typeof vector.outcome === 'number' ? vector.outcome : 'accepted',
          name,
        )
        continue
      }
      const { fields, ...facts } = vector.outcome
      t.match(actual, facts, name)
      if (fields !== undefined) t.same(actual.fields, fields.flat(), `${name}: fields`)
    }
    t.end()
  })
}
