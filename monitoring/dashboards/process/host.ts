/** The hosts, as node-exporter sees them; by its address, so none of the menus chooses here. */
import { type PanelBuilder, graph } from '../panels.ts'

/** The job of prometheus.yml, and what kube-prometheus-stack calls it in a cluster. */
const NODE = 'job=~"node|node-exporter"'
/** File systems on a disk; the others are memory or views of the same disk. */
const DISKS = `${NODE}, fstype!~"tmpfs|ramfs|overlay|squashfs"`

function hostRate(metric: string, matchers = ''): string {
  return `rate(${metric}{${matchers === '' ? NODE : `${NODE}, ${matchers}`}}[$__rate_interval])`
}

export function cpu(): PanelBuilder {
  return graph({
    title: 'CPU of the host',
    description:
      'Share in use, of all cores. Above 80 % for long, everything on this host waits; steal means that ' +
      'the machine under it is overbooked.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      {
        expr: `1 - avg by (instance) (${hostRate('node_cpu_seconds_total', 'mode="idle"')})`,
        legend: '{{instance}}',
      },
      {
        expr: `avg by (instance) (${hostRate('node_cpu_seconds_total', 'mode="steal"')})`,
        legend: '{{instance}} steal',
      },
    ],
  })
}

export function memory(): PanelBuilder {
  return graph({
    title: 'Memory of the host',
    description:
      'Share that cannot be had any more; caches count as free. Near 100 % the system ends processes, big ' +
      'ones first.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      {
        expr: `1 - node_memory_MemAvailable_bytes{${NODE}} / node_memory_MemTotal_bytes{${NODE}}`,
        legend: '{{instance}}',
      },
    ],
  })
}

export function disk(): PanelBuilder {
  return graph({
    title: 'Disks of the host',
    description:
      'Share in use. Full: logs stop and Prometheus loses data, and Roam goes on without either. ' +
      'Prometheus’s data and logs are what grows.',
    unit: 'percentunit',
    min: 0,
    max: 1,
    queries: [
      {
        expr: `1 - node_filesystem_avail_bytes{${DISKS}} / node_filesystem_size_bytes{${DISKS}}`,
        legend: '{{instance}} {{mountpoint}}',
      },
    ],
  })
}

export function network(): PanelBuilder {
  return graph({
    title: 'Network of the host',
    description:
      'Bytes per second over all interfaces but the loopback. A flat top is a full line. Twice the traffic ' +
      'of clients is right: what comes from backends goes out again.',
    unit: 'Bps',
    min: 0,
    queries: [
      {
        expr: `sum by (instance) (${hostRate('node_network_receive_bytes_total', 'device!="lo"')})`,
        legend: '{{instance}} in',
      },
      {
        expr: `sum by (instance) (${hostRate('node_network_transmit_bytes_total', 'device!="lo"')})`,
        legend: '{{instance}} out',
      },
    ],
  })
}

export function files(): PanelBuilder {
  return graph({
    title: 'File descriptors of the host',
    description:
      'Share of what the kernel allows all processes together. Rarely the limit that is met first.',
    unit: 'percentunit',
    min: 0,
    queries: [
      {
        expr: `node_filefd_allocated{${NODE}} / node_filefd_maximum{${NODE}}`,
        legend: '{{instance}}',
      },
    ],
  })
}

export function load(): PanelBuilder {
  return graph({
    title: 'Load of the host',
    description:
      'Processes that run or wait, over one minute. More than there are cores means waiting, for a core or ' +
      'for a disk.',
    unit: 'short',
    min: 0,
    queries: [{ expr: `node_load1{${NODE}}`, legend: '{{instance}}' }],
  })
}

export function udp(): PanelBuilder {
  // The kernel counts both families apart, and has no counter of the second where IPv6 is off.
  const v4 = hostRate('node_netstat_Udp_RcvbufErrors')
  const v6 = hostRate('node_netstat_Udp6_RcvbufErrors')
  return graph({
    title: 'Datagrams that the kernel dropped',
    description:
      'Per second: socket buffers were full before Roam read them. Clients see it as loss. Raise ' +
      'net.core.rmem_max; if it stays, the process has too little CPU.',
    unit: 'pps',
    min: 0,
    queries: [{ expr: `${v4} + (${v6} or 0 * ${v4})`, legend: '{{instance}}' }],
    alerts: ['UdpReceiveDrops'],
  })
}
