import t from 'tap'
import { parseDuration, parsePercent, parseSize } from '../../../src/config/units.ts'

t.strictSame(
  ['250ms', '15s', '2m', '24h', '7d', '0.5s'].map(parseDuration),
  [250, 15_000, 120_000, 86_400_000, 604_800_000, 500],
)
t.strictSame(
  ['15', '15 s', '-1s', 's', '1e3s', '1S', '0.1ms', '1constructor'].map(parseDuration),
  Array(8).fill(undefined),
)
t.strictSame(
  ['512B', '64KiB', '1MiB', '10MB', '1.5KiB'].map(parseSize),
  [512, 65_536, 1_048_576, 10_000_000, 1536],
)
t.strictSame(['64', '64kb', '1TB', '99999999999GiB'].map(parseSize), Array(4).fill(undefined))
t.strictSame(['50%', '0%', '100%', '12.5%'].map(parsePercent), [0.5, 0, 1, 0.125])
t.strictSame(['50', '101%', '-1%', '%'].map(parsePercent), Array(4).fill(undefined))
