/** Upper bounds of the histograms, in base units. */

/** OpenTelemetry's, and four more for backups and big downloads. The latency objective reads the bucket at exactly 1. */
export const REQUEST_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120, 300,
]

/** The objective reads 0.1; everyday values are far below a millisecond. */
export const OVERHEAD_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

export const HANDSHAKE_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10]

/** Up to four hours: a lesson, an exam, a working session. */
export const CONNECTION_SECONDS = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400]

/** Up to the default time limit of a queue, 30 s, and a longer one. */
export const QUEUE_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60]

/** Places in a line; a queue holds 1000 by default. */
export const QUEUE_PLACES = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500]

export const RTT_SECONDS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2,
]

export const PATH_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5]

/** 4 KiB, doubled up to 16 MiB. */
export const WINDOW_BYTES = powers(4096, 2, 13)

/** 16 KiB/s, times four up to 256 MiB/s. */
export const RATE_BYTES_PER_SECOND = powers(16_384, 4, 8)

/** QUIC's minimum, the usual tunnels, Ethernet without and with jumbo frames. */
export const MTU_BYTES = [1200, 1250, 1300, 1350, 1400, 1452, 1472, 1500, 9000]

function powers(first: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first * factor ** index)
}
