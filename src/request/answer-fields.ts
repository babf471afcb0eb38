import type { Fields } from '../core/exchange.ts'
import type { HeaderRules } from '../core/ports.ts'
import { changeFields } from '../http/header-rules.ts'
import { isForEverybody } from '../http/shared-cache.ts'

/**
 * A backend's answer as the client gets it. `own`: what brings the client back to this backend; last, so that no rule for
 * the application's cookies takes it away. A cache in between would bring everybody: there the next answer tells the client.
 */
export function answerFields(fields: Fields, rules: HeaderRules, own: Fields): Fields {
  const changed = changeFields(fields, rules)
  return own.length === 0 || isForEverybody(changed) ? changed : [...changed, ...own]
}
