import { type Registry, collectDefaultMetrics } from 'prom-client'
import { NODE_DEFAULTS, PROCESS } from '../catalogue/process.ts'
import type { Section } from '../section.ts'

export interface Build {
  readonly version: string
  readonly commit: string
}

/** What runs, since when, and how the process is. */
export function measureProcess(
  { metrics, inspector }: Section,
  build: Build,
  configLoadedSeconds: number,
): void {
  metrics.gauge(PROCESS.build, (set) => set({ version: build.version, commit: build.commit }, 1))
  metrics.gauge(PROCESS.configLoaded, (set) => set({}, configLoadedSeconds))
  metrics.gauge(PROCESS.certificateExpiry, (set) => {
    const earliest = new Map<string, number>()
    for (const { commonName, notAfter } of inspector.certificates()) {
      const seconds = notAfter.getTime() / 1000
      earliest.set(commonName, Math.min(seconds, earliest.get(commonName) ?? seconds))
    }
    for (const [cn, seconds] of earliest) set({ cn }, seconds)
  })
}

/** prom-client's own metrics of the process, those that are kept. */
export function measureNode(registry: Registry): void {
  const before = new Set(registry.getMetricsAsArray().map(({ name }) => name))
  // The default precision of the event loop's monitor, 10 ms, wakes an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 })
  const kept: ReadonlySet<string> = new Set([...before, ...NODE_DEFAULTS])
  for (const { name } of registry.getMetricsAsArray()) {
    if (!kept.has(name)) registry.removeSingleMetric(name)
  }
}
