/** How much memory a process adds while something runs. */
import type { RoamProcess } from './roam-process.ts'

/** The bar of the acceptance tests: less than this on top, whatever the size of the body. */
export const ADDED_MEMORY_BAR = 100_000_000
export const LARGE_BODY = 300_000_000

/** Bytes at the highest point above the start, looked at 20 times a second. */
export async function addedMemory(roam: RoamProcess, work: () => Promise<void>): Promise<number> {
  const start = roam.rss()
  let peak = start
  const timer = setInterval(() => (peak = Math.max(peak, roam.rss())), 50)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return Math.max(peak, roam.rss()) - start
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
