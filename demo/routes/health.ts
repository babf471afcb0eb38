/** The plugin tool_heartbeat, and the switches that make it fail. */
import { answer, answerJson } from '../visit.ts'
import type { Handler } from '../visit.ts'

/** 200 or 503; `?fullcheck` asks the pretended database, whose failure TCP does not show. */
export const heartbeat: Handler = (visit) => {
  const { state, query } = visit
  const databaseFails = query.has('fullcheck') && !state.database
  const status = databaseFails ? 503 : state.heartbeat
  const body = state.maintenance
    ? 'Server is in MAINTENANCE\n'
    : status === 200
      ? 'OK\n'
      : `FAILURE: ${databaseFails ? 'database' : 'told to fail'}\n`
  answer(visit, status, 'text/plain', body, { 'cache-control': 'no-store' })
}

/** `POST /demo/state?heartbeat=503&maintenance=on&database=off`, on the backend's own port only. */
export const switchState: Handler = (visit) => {
  const { request, state, query } = visit
  if (request.headers['x-forwarded-for'] !== undefined) {
    answer(visit, 403, 'text/plain', 'Only on the backend’s own port, not through the load balancer.\n')
    return
  }
  if (request.method === 'POST') {
    const status = Number(query.get('heartbeat') ?? state.heartbeat)
    if (Number.isInteger(status) && status >= 200 && status <= 599) state.heartbeat = status
    state.maintenance = isOn(query.get('maintenance'), state.maintenance)
    state.database = isOn(query.get('database'), state.database)
  }
  const { id, maintenance, database } = state
  answerJson(visit, 200, { id, heartbeat: state.heartbeat, maintenance, database })
}

function isOn(word: string | null, otherwise: boolean): boolean {
  return word === null ? otherwise : word === 'on'
}
