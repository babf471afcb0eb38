import { dashboardExpressions, ruleExpressions, unanswered } from './expressions.ts'
import { PrometheusApi } from '../support/prometheus-api.ts'
const api = new PrometheusApi(process.argv[2]!)
const all = [...ruleExpressions(), ...dashboardExpressions()]
console.log(all.length)
console.log((await unanswered(api, all, new Date(Date.now() - 20 * 60_000))).join('\n'))
