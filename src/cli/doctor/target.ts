/** The scrape targets of Prometheus that are Roam. */
import type { PrometheusApi } from '../prometheus-api.ts'
import { UserError } from '../user-error.ts'

/** The job of the shipped prometheus.yml; every rule and dashboard reads it. */
export const ROAM_JOB = 'roam'

/** As /api/v1/targets tells it. */
export interface RoamTarget {
  readonly scrapeUrl: string
  readonly health: 'up' | 'down' | 'unknown'
  /** '' where there is none. */
  readonly lastError: string
  /** Such as 5s. */
  readonly scrapeInterval: string
  /** Seconds. */
  readonly lastScrapeDuration: number
}

/** One of the targets, and how many there are. */
export interface RoamTargets {
  readonly target: RoamTarget
  readonly instances: number
  readonly up: number
}

/** Of several instances the one that is shown is not up, if there is any. Rejects with a UserError where there is none. */
export async function findRoamTargets(prometheus: PrometheusApi): Promise<RoamTargets> {
  const active = (await prometheus.api('targets?state=active', 'activeTargets')) as (RoamTarget & {
    labels: Record<string, string>
  })[]
  const own = active.filter(({ labels }) => labels['job'] === ROAM_JOB)
  const up = own.filter(({ health }) => health === 'up')
  const target = own.find(({ health }) => health !== 'up') ?? own[0]
  if (target === undefined) throw new UserError(`Prometheus has no target of job ${ROAM_JOB}`)
  return { target, instances: own.length, up: up.length }
}
