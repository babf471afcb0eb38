import {
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type Threshold,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { BAD, GOOD, WARNING } from './colours.ts'

/** Where a figure stops being good. The numbers come from ../rules/thresholds.ts, so a line is where its alert is. */
export interface Limits {
  readonly warning?: number
  readonly critical?: number
  /** Set where small is bad. */
  readonly below?: boolean
}

export function thresholds(limits: Limits = {}): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps(limits))
}

function steps({ warning, critical, below = false }: Limits): Threshold[] {
  const marks: Threshold[] = []
  if (!below) {
    marks.push({ value: null, color: GOOD })
    if (warning !== undefined) marks.push({ value: warning, color: WARNING })
    if (critical !== undefined) marks.push({ value: critical, color: BAD })
    return marks
  }
  // From the bottom up: each step's colour holds from its value on.
  marks.push({ value: null, color: critical === undefined ? WARNING : BAD })
  if (critical !== undefined) marks.push({ value: critical, color: warning === undefined ? GOOD : WARNING })
  if (warning !== undefined) marks.push({ value: warning, color: GOOD })
  return marks
}
