/** The same thing has the same colour everywhere. A legend that shows a label of this list brings its colours. */
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard'

export const GOOD = 'green'
export const WARNING = 'orange'
export const BAD = 'red'

/** Label → how its values begin in the legend, and their colour. */
const BY_LABEL: Readonly<Record<string, readonly (readonly [start: string, colour: string])[]>> = {
  protocol: [
    ['http', 'orange'],
    ['h2', 'blue'],
    ['h3', 'green'],
  ],
  state: [
    ['healthy', GOOD],
    ['unhealthy', BAD],
    ['active', 'green'],
    ['idle', 'blue'],
    ['pending', BAD],
  ],
  result: [
    ['success', GOOD],
    ['accepted', GOOD],
    ['failure', BAD],
    ['timeout', WARNING],
    ['too_early', WARNING],
    ['hit', GOOD],
    ['new', 'blue'],
    ['moved', WARNING],
    ['invalid', BAD],
    ['missing', WARNING],
    ['wrong', BAD],
  ],
}

export interface Override {
  readonly regexp: string
  readonly properties: DynamicConfigValue[]
}

/** What these legends need so that colours and strokes mean the same as elsewhere. */
export function stylesOf(legends: readonly string[]): readonly Override[] {
  const coloured = Object.entries(BY_LABEL)
    .filter(([label]) => legends.some((legend) => legend.includes(`{{${label}}}`)))
    .flatMap(([, colours]) => colours.map(([start, colour]) => coloursOf(start, colour)))
  // What is of one thing shares its colour; the lesser one of the two is dashed.
  const dashed = legends.some((legend) => LESSER.test(legend)) && legends.length > 1
  return dashed ? [...coloured, DASHED] : coloured
}

function coloursOf(start: string, fixedColor: string): Override {
  return { regexp: `/^${start}/`, properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }] }
}

/** The median beside a high percentile, and what is rarer beside what is usual. */
const LESSER = /(p50|long-running|upstream)$/

const DASHED: Override = {
  regexp: String(LESSER),
  properties: [{ id: 'custom.lineStyle', value: { fill: 'dash', dash: [6, 4] } }],
}
