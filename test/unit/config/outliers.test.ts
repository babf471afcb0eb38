import t from 'tap'
import { messagesOf, poolOf, poolYaml } from './support.ts'

t.equal(poolOf('').outliers, undefined)
t.strictSame(poolOf('outliers: {}').outliers, {
  consecutive5xx: 5,
  consecutiveGatewayErrors: 5,
  successRateDeviations: 1.9,
  successRateMinimumRequests: 100,
  intervalMs: 10_000,
  baseEjectionMs: 30_000,
  maxEjectionMs: 300_000,
  maxEjected: 0.1,
})
t.match(
  poolOf('outliers: { consecutive5xx: off, consecutiveGatewayErrors: 3, successRateDeviations: false }')
    .outliers,
  { consecutive5xx: undefined, consecutiveGatewayErrors: 3, successRateDeviations: undefined },
  'off: not looked at',
)
t.match(messagesOf(poolYaml('outliers: { consecutive5xx: 1.5, successRateDeviations: 0 }')), [
  /outliers\.consecutive5xx: must be a whole number from 1 to 1000, or off, not 1\.5$/,
  /outliers\.successRateDeviations: must be at least 0\.1$/,
])
t.match(messagesOf(poolYaml('outliers: { baseEjection: 10m }')), [
  /outliers\.maxEjection: must not be shorter than baseEjection/,
])
t.match(messagesOf(poolYaml('outliers: { maxEjected: 50 }')), [/maxEjected: must be a percentage/])
