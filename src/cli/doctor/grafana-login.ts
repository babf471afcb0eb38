/** Grafana's API as its administrator. Five wrong passwords lock the account for minutes: one try for each question. */
import { fetchText } from '../fetch-text.ts'
import type { FetchedText } from '../fetch-text.ts'
import type { DoctorContext } from './context.ts'

/** What the shipped stack starts with. */
export const DEFAULT_PASSWORD = 'admin123'

export async function askGrafana(
  context: DoctorContext,
  path: string,
  password: string,
): Promise<FetchedText> {
  const url = new URL(path, await context.grafana())
  url.username = 'admin'
  url.password = password
  return fetchText(url, context.options.timeoutMs)
}
