/** Node.js: one event loop carries everything. */
import { THRESHOLDS } from '../../rules/thresholds.ts'
import { type PanelBuilder, graph } from '../panels.ts'
import { rate, ratio, recorded, series, sum } from '../queries.ts'

export function cpu(): PanelBuilder {
  return graph({
    title: 'CPU of the process',
    description:
      '1 is one core. JavaScript and TLS over TCP use one core at most, the QUIC engine others. Near the ' +
      'number of cores, or near 1 with a late event loop: it has too much to do.',
    unit: 'short',
    min: 0,
    queries: [
      { expr: rate('process_cpu_seconds_total'), legend: '{{instance}} all' },
      { expr: rate('process_cpu_user_seconds_total'), legend: '{{instance}} user' },
      { expr: rate('process_cpu_system_seconds_total'), legend: '{{instance}} system' },
    ],
  })
}

export function memory(): PanelBuilder {
  return graph({
    title: 'Memory of the process',
    description:
      'What is resident counts against the limit; data and virtual (right axis) are only reserved. It ' +
      'grows with connections and falls with them, late. A climb over days without more connections is a ' +
      'leak: please report it.',
    unit: 'bytes',
    min: 0,
    queries: [
      { expr: series('process_resident_memory_bytes'), legend: '{{instance}} resident' },
      { expr: series('process_heap_bytes'), legend: '{{instance}} data' },
      { expr: series('nodejs_external_memory_bytes'), legend: '{{instance}} buffers' },
      { expr: series('process_virtual_memory_bytes'), legend: '{{instance}} virtual' },
    ],
    right: { legend: '/(data|virtual)$/', unit: 'bytes' },
  })
}

export function memoryShare(): PanelBuilder {
  return graph({
    title: 'Memory of what it may use',
    description:
      'Of the control group’s limit, or of the machine’s memory where there is none. At 100 % the system ' +
      'ends the process, and every connection with it.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      {
        expr: `${series('process_resident_memory_bytes')} / on (job, instance) ${series('quic_memory_limit_bytes')}`,
        legend: '{{instance}}',
      },
    ],
    limits: { warning: THRESHOLDS.memoryRatio },
    alerts: ['MemoryHigh'],
  })
}

export function eventLoop(): PanelBuilder {
  return graph({
    title: 'Event-loop lag',
    description:
      'How late the event loop comes to its work; 20 ms of it are the period of the measurement. Every ' +
      'request waits that long. p99 above the line: too little CPU, or pauses of the garbage collector ' +
      'beside.',
    unit: 's',
    min: 0,
    queries: [
      { expr: series('nodejs_eventloop_lag_p99_seconds'), legend: '{{instance}} p99' },
      { expr: series('nodejs_eventloop_lag_p90_seconds'), legend: '{{instance}} p90' },
      { expr: series('nodejs_eventloop_lag_p50_seconds'), legend: '{{instance}} p50' },
      { expr: series('nodejs_eventloop_lag_max_seconds'), legend: '{{instance}} max' },
      { expr: series('nodejs_eventloop_lag_seconds'), legend: '{{instance}} at the scrape' },
    ],
    limits: { warning: THRESHOLDS.eventLoopLagSeconds },
    alerts: ['EventLoopLagHigh'],
  })
}

export function garbage(): PanelBuilder {
  return graph({
    title: 'Garbage collection',
    description:
      'Share of time spent collecting, and collections per second (right axis). Above 5 %: the heap is ' +
      'near its limit, or something makes garbage faster than before.',
    unit: 'percentunit',
    min: 0,
    queries: [
      {
        expr: sum('instance, kind', rate('nodejs_gc_duration_seconds_sum')),
        legend: '{{instance}} {{kind}}',
      },
      {
        expr: sum('instance', rate('nodejs_gc_duration_seconds_count')),
        legend: '{{instance}} collections',
      },
    ],
    right: { legend: '/collections$/', unit: 'cps' },
  })
}

export function heap(): PanelBuilder {
  return graph({
    title: 'Heap of JavaScript',
    description:
      'What is used goes up and down like a saw. If its lowest points climb for hours, memory leaks. V8 ' +
      'has taken the total.',
    unit: 'bytes',
    min: 0,
    queries: [
      { expr: series('nodejs_heap_size_used_bytes'), legend: '{{instance}} used' },
      { expr: series('nodejs_heap_size_total_bytes'), legend: '{{instance}} total' },
    ],
  })
}

export function overhead(): PanelBuilder {
  return graph({
    title: 'Time that Roam adds, p99',
    description:
      'Of responses, over five minutes, without what backends took. Above the line Roam itself holds users ' +
      'up: look at CPU and event-loop lag of process and host.',
    unit: 's',
    min: 0,
    queries: [{ expr: recorded('job:quic_proxy_overhead_seconds:p99_rate5m'), legend: 'p99' }],
    limits: { warning: THRESHOLDS.overheadSeconds },
    alerts: ['BalancerOverheadHigh'],
  })
}

export function files(): PanelBuilder {
  return graph({
    title: 'File descriptors of the process',
    description:
      'Share of what it may open. Each TCP connection takes one, to clients and to backends; QUIC takes ' +
      'none each. At 100 % nothing can be accepted: raise LimitNOFILE.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [{ expr: ratio(series('process_open_fds'), series('process_max_fds')), legend: '{{instance}}' }],
    limits: { warning: THRESHOLDS.fileDescriptorRatio },
    alerts: ['FdsHigh'],
  })
}

export function log(): PanelBuilder {
  return graph({
    title: 'Log lines dropped',
    description:
      'Per second: whatever reads the log is too slow, and requests do not wait for it. The log has gaps ' +
      'then; look at the disk or the collector.',
    unit: 'cps',
    min: 0,
    queries: [{ expr: sum('instance', rate('quic_log_dropped_total')), legend: '{{instance}}' }],
  })
}
