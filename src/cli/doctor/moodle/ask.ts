/** Requests to a Moodle: by way of Roam, and to a node itself. */
import type { BackendConfig } from '../../../config/types.ts'
import type { DoctorContext } from '../context.ts'
import { getRoam } from '../get-roam.ts'
import type { RoamAnswer } from '../get-roam.ts'

/** The listener that the doctor looks at is asked, under the site's name: no DNS is needed for it. */
export function askSite(
  { options: { url, timeoutMs } }: DoctorContext,
  wwwroot: URL,
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RoamAnswer> {
  return getRoam(withTarget(url, target), timeoutMs, { ...headers, host: wwwroot.host })
}

/** With the Host field that Roam sends it. */
export function askNode(
  { options: { timeoutMs, moodle } }: DoctorContext,
  { url }: BackendConfig,
  target: string,
  host = hostFor(url, moodle?.pool?.hostHeader, moodle?.wwwroot),
): Promise<RoamAnswer> {
  return getRoam(withTarget(url, target), timeoutMs, { host })
}

function hostFor(
  url: URL,
  hostHeader: 'preserve' | 'backend' | { name: string } = 'preserve',
  wwwroot?: URL,
): string {
  if (typeof hostHeader === 'object') return hostHeader.name
  return hostHeader === 'backend' || wwwroot === undefined ? url.host : wwwroot.host
}

/** Not new URL(target, url): a target that begins with two slashes would name another host. */
function withTarget(url: URL, target: string): URL {
  return new URL(url.origin + target)
}
