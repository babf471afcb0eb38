/** Every alert, by what it is about. What to do when one fires: docs/RUNBOOK.md. */
import { availability } from './alerts/availability.ts'
import { backends } from './alerts/backends.ts'
import { connections } from './alerts/connections.ts'
import { http3 } from './alerts/http3.ts'
import { monitoring } from './alerts/monitoring.ts'
import { objectives } from './alerts/objectives.ts'
import { operation } from './alerts/operation.ts'
import { processAlerts } from './alerts/process.ts'
import { queueing } from './alerts/queueing.ts'
import { specification } from './alerts/specification.ts'
import type { AlertRule, RuleGroup } from './rule.ts'

export const ALERT_GROUPS: readonly RuleGroup<AlertRule>[] = [
  specification,
  objectives,
  availability,
  connections,
  http3,
  backends,
  queueing,
  processAlerts,
  operation,
  monitoring,
]
