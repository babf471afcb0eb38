/** What the values of states are called on every dashboard. */
import { BAD, GOOD, WARNING } from './colours.ts'
import type { State } from './panels.ts'

export const HEALTH: readonly State[] = [
  { value: '1', text: 'healthy', colour: GOOD },
  { value: '0', text: 'down', colour: BAD },
]

/** 2 for open and 1 for half-open: see the query in backends/health.ts. */
export const BREAKER: readonly State[] = [
  { value: '0', text: 'closed', colour: GOOD },
  { value: '1', text: 'half-open', colour: WARNING },
  { value: '2', text: 'open', colour: BAD },
]

/** 2 for disabled and 1 for draining: see the query in backends/health.ts. An operator's wish is nothing bad. */
export const ADMIN: readonly State[] = [
  { value: '0', text: 'enabled', colour: GOOD },
  { value: '1', text: 'draining', colour: 'blue' },
  { value: '2', text: 'disabled', colour: 'purple' },
]

export const EJECTION: readonly State[] = [
  { value: '0', text: 'in use', colour: GOOD },
  { value: '1', text: 'ejected', colour: WARNING },
]

export const PANIC: readonly State[] = [
  { value: '0', text: 'no', colour: GOOD },
  { value: '1', text: 'all are tried', colour: BAD },
]

export const UP: readonly State[] = [
  { value: '1', text: 'up', colour: GOOD },
  { value: '0', text: 'down', colour: BAD },
]
