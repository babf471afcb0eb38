/** Grafana's API, as far as the checks need it. */
import { fetchText } from '../fetch-text.ts'
import type { FetchedText } from '../fetch-text.ts'

/** What the shipped stack starts with. Everybody knows it: it may be sent to whatever Grafana the operator names. */
export const DEFAULT_PASSWORD = 'admin123'

/** As the administrator. Five wrong passwords lock the account for minutes: none is tried twice. */
export function askAsAdmin(
  grafana: URL,
  path: string,
  password: string,
  timeoutMs: number,
): Promise<FetchedText> {
  return fetchText(new URL(path, grafana), timeoutMs, { user: 'admin', password })
}

/** By its answer to api/health. The version may be hidden; the state of its own database is always told. */
export function isGrafana(health: string): boolean {
  return /"database":\s*"/.test(health)
}
