/** The objectives as figures: what is left of a budget, and how fast it burns. */
import { type BurnRate, OBJECTIVES, THRESHOLDS } from '../rules/thresholds.ts'
import type { PanelSpec } from './panels.ts'
import { recorded } from './queries.ts'

interface Objective {
  /** Recorded share of bad requests, without its level and window. */
  readonly bad: string
  readonly goal: number
  readonly alert: string
  readonly what: string
}

const WHAT: Readonly<Record<keyof typeof OBJECTIVES, Objective>> = {
  availability: {
    bad: 'quic_request_errors',
    goal: OBJECTIVES.availability,
    alert: 'ErrorBudgetBurn',
    what: `requests answered without 5xx, ${percent(OBJECTIVES.availability)} of them`,
  },
  latency: {
    bad: 'quic_request_slow',
    goal: OBJECTIVES.latency,
    alert: 'LatencyBudgetBurn',
    what: `pages and AJAX calls within ${THRESHOLDS.latencySeconds} s, ${percent(OBJECTIVES.latency)} of them`,
  },
}

export type ObjectiveName = keyof typeof OBJECTIVES

/** The share of requests that may be bad. Subtraction alone leaves 0.0010000000000000009. */
function budgetOf(name: ObjectiveName): number {
  return Number((1 - WHAT[name].goal).toFixed(6))
}

export function badRatio(name: ObjectiveName, window: string, level = 'job'): string {
  return recorded(`${level}:${WHAT[name].bad}:ratio_rate${window}`)
}

/** 1 is untouched, 0 is spent; below that the objective was missed in the last three days. */
export function budgetLeft(name: ObjectiveName): Omit<PanelSpec, 'title'> {
  return {
    description:
      `Of the last three days. Objective: ${WHAT[name].what}. 100 % is untouched, 0 % is spent; below 0 the objective is ` +
      'missed: no risky changes until it recovers.',
    unit: 'percentunit',
    queries: [{ expr: `1 - ${badRatio(name, '3d')} / ${budgetOf(name)}`, legend: 'left' }],
    max: 1,
    none: 'nothing recorded yet',
    limits: { critical: 0, below: true },
    alerts: [WHAT[name].alert],
  }
}

/** How many times faster than planned the budget is spent, over both windows of a pair. */
export function burn(name: ObjectiveName, pair: BurnRate): PanelSpec {
  const { long, short, factor, severity } = pair
  const speed = (window: string) => `${badRatio(name, window)} / ${budgetOf(name)}`
  return {
    title: `${name === 'availability' ? 'Errors' : 'Slowness'}: burn over ${long} and ${short}`,
    description:
      `1 is as planned: the budget lasts. While both lines are over ${factor}, the alert fires after ${pair.for} (${severity}). ` +
      'The long window says that it matters, the short one that it still goes on.',
    unit: 'suffix:x',
    min: 0,
    queries: [
      { expr: speed(long), legend: long },
      { expr: speed(short), legend: short },
    ],
    limits: { [severity]: factor },
    alerts: [WHAT[name].alert],
  }
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))} %`
}
