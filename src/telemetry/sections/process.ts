import { totalmem } from 'node:os'
import { type Registry, collectDefaultMetrics } from 'prom-client'
import type { Clock } from '../../core/clock.ts'
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
  { on, metrics, inspector }: Section,
  build: Build,
  clock: Pick<Clock, 'now'>,
): void {
  metrics.gauge(PROCESS.build, (set) => set({ version: build.version, commit: build.commit }, 1))
  // The clock counts from the process's start; telemetry is made when the configuration has been loaded.
  const unixSeconds = (): number => (performance.timeOrigin + clock.now()) / 1000
  let configLoaded = unixSeconds()
  metrics.gauge(PROCESS.configLoaded, (set) => set({}, configLoaded))
  const reloads = metrics.counter(PROCESS.configReloads)
  on('config:reload', ({ result }) => {
    reloads.labels({ result }).inc()
    if (result === 'success') configLoaded = unixSeconds()
  })
  const takeovers = metrics.counter(PROCESS.takeovers)
  on('takeover:done', ({ role }) => takeovers.labels({ role }).inc())
  const adminAuth = metrics.counter(PROCESS.adminAuth)
  on('admin:auth', ({ result }) => adminAuth.labels({ result }).inc())
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
