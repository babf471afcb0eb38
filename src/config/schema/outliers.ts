/** `outliers`: setting a backend aside for what its answers look like. */
import { z } from 'zod'
import { count, duration, numberOrOff, percent } from './scalars.ts'

const ENVOY = 'the same default as Envoy’s outlier detection'

/** Rules by which a backend is ejected, and for how long. */
export const outliersSchema = z
  .strictObject({
    consecutive5xx: numberOrOff(
      { description: 'Answers of 5xx in a row, a failed connection included.', source: ENVOY },
      { min: 1, max: 1000, whole: true },
    ).prefault(5),
    consecutiveGatewayErrors: numberOrOff(
      {
        description: '502, 503, 504, failed connections and broken answers in a row.',
        source: ENVOY,
      },
      { min: 1, max: 1000, whole: true },
    ).prefault(5),
    successRateDeviations: numberOrOff(
      {
        description: 'A success rate this many standard deviations below the mean of the pool’s backends.',
        source: ENVOY,
      },
      { min: 0.1, max: 10, whole: false },
    ).prefault(1.9),
    successRateMinimumRequests: count(
      {
        description: 'Requests of a backend in an interval below which its success rate says nothing.',
        source: ENVOY,
      },
      { min: 1, max: 1_000_000 },
    ).prefault(100),
    interval: duration(
      { description: 'How often success rates are compared.', source: ENVOY },
      { min: '1s', max: '10m' },
    ).prefault('10s'),
    baseEjection: duration(
      {
        description: 'How long a backend is set aside the first time; each time again that much longer.',
        source: ENVOY,
      },
      { min: '1s', max: '1h' },
    ).prefault('30s'),
    maxEjection: duration(
      { description: 'The longest that it is set aside.', source: ENVOY },
      { min: '1s', max: '24h' },
    ).prefault('5m'),
    maxEjected: percent({
      description: 'Share of the backends that may be set aside at once; one always may.',
      source: ENVOY,
    }).prefault('10%'),
  })
  .meta({
    description:
      'Setting aside (ejecting) a backend whose answers are worse than the others’, beside the breaker and the active checks. Without this key it is not done; `{}` does it with these defaults.',
  })
