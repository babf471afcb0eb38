/** What the values of states are called on every dashboard. */
import { BAD, GOOD, WARNING } from './colours.ts'
import type { State } from './panels.ts'

export const HEALTH: readonly State[] = [
  { value: '1', text: 'healthy', colour: GOOD },
  { value: '0', text: 'down', colour: BAD },
]

/** 2 for open and 1 for half-open: see the query in backends.ts. */
export const BREAKER: readonly State[] = [
  { value: '0', text: 'closed', colour: GOOD },
  { value: '1', text: 'half-open', colour: WARNING },
  { value: '2', text: 'open', colour: BAD },
]

export const UP: readonly State[] = [
  { value: '1', text: 'up', colour: GOOD },
  { value: '0', text: 'down', colour: BAD },
]
