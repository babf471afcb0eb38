import t from 'tap'
import { addHistograms, quantile } from '../../../src/cli/baseline/histogram.ts'

const BUCKETS = [
  [0.1, 10],
  [0.5, 30],
  [1, 40],
  [Infinity, 40],
] as const

t.test('quantiles are those of histogram_quantile()', async (t) => {
  t.equal(quantile(0.125, BUCKETS), 0.05, 'the first bucket begins at 0')
  t.equal(quantile(0.25, BUCKETS), 0.1, 'at a bound, the bound')
  t.equal(quantile(0.5, BUCKETS).toFixed(6), '0.300000', 'linear within a bucket')
  t.equal(quantile(1, BUCKETS), 1)
})

t.test('what no bucket can tell', async (t) => {
  t.equal(
    quantile(0.9, [
      [1, 5],
      [2, 6],
      [Infinity, 10],
    ]),
    2,
    'beyond the last bound: that bound',
  )
  t.ok(Number.isNaN(quantile(0.5, [])), 'no buckets')
  t.ok(
    Number.isNaN(
      quantile(0.5, [
        [1, 0],
        [Infinity, 0],
      ]),
    ),
    'no observations',
  )
  t.ok(
    Number.isNaN(
      quantile(0.5, [
        [1, 3],
        [2, 4],
      ]),
    ),
    'no bucket for the rest',
  )
  t.ok(Number.isNaN(quantile(0.5, [[Infinity, 4]])), 'nothing but the bucket for the rest')
  t.equal(
    quantile(0.5, [
      [-1, 4],
      [Infinity, 4],
    ]),
    -1,
    'below zero there is nothing to interpolate from',
  )
})

t.test('counts that fall are levelled', async (t) => {
  t.equal(
    quantile(0.5, [
      [1, 10],
      [2, 9.99],
      [3, 20],
      [Infinity, 20],
    ]),
    1,
  )
})

t.test('histograms with other bounds keep those that all have', async (t) => {
  const sum = addHistograms([
    BUCKETS,
    [
      [0.1, 1],
      [1, 2],
      [2, 3],
      [Infinity, 4],
    ],
  ])
  t.strictSame(sum, [
    [0.1, 11],
    [1, 42],
    [Infinity, 44],
  ])
})
