import { totalmem } from 'node:os'
import { type Registry, collectDefaultMetrics } from 'prom-client'
import { NODE_DEFAULTS, PROCESS } from '../catalogue/process.ts'
import type { Section } from '../section.ts'

/**
 * How often the event loop's monitor looks. What it reports includes this period. At 10 ms, the library's default, it
 * takes 5 ms of CPU time a second in an idle process; at 20 ms half of that.
 */
const EVENT_LOOP_PERIOD_MS = 20

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
  const logDropped = metrics.counter(PROCESS.logDropped)
  const dropped = logDropped.labels({})
  logDropped.collect = () => {
    dropped.value = inspector.logLinesDropped()
  }
  metrics.gauge(PROCESS.memoryLimit, (set) => set({}, memoryLimit(process.constrainedMemory(), totalmem())))
}

/** Without a control group's limit the system says 0 or a number beyond every machine. */
export function memoryLimit(constrained: number, machine: number): number {
  return constrained > 0 && constrained < machine ? constrained : machine
}

/** prom-client's own metrics of the process, those that are kept. */
export function measureNode(registry: Registry): void {
  const before = new Set(registry.getMetricsAsArray().map(({ name }) => name))
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PERIOD_MS })
  const kept: ReadonlySet<string> = new Set([...before, ...NODE_DEFAULTS])
  for (const { name } of registry.getMetricsAsArray()) {
    if (!kept.has(name)) registry.removeSingleMetric(name)
  }
}
