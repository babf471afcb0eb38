/** What makes each alert of the specification fire: real trouble, and its end. */
import type { UdpRelay } from '../../support/udp-relay.ts'
import type { FaultyBackend, MortalBackend } from './backends.ts'
import type { BlackHoles, Travellers } from './moves.ts'

export interface Cause {
  readonly alert: string
  /** What happens, for the log. */
  readonly what: string
  /** From the beginning of the cause until the alert has to fire: its `for`, and the time until its window is full. */
  readonly firesWithinSeconds: number
  /** From the end of the cause until the alert has to be gone. */
  readonly resolvesWithinSeconds: number
  /** An alert that the end of this cause would keep up: it has to be over before. */
  readonly endsAfter?: string
  begin(): unknown
  end(): unknown
}

export interface Parts {
  readonly mortal: MortalBackend
  readonly failing: FaultyBackend
  readonly cutting: FaultyBackend
  /** Between the HTTP/3 visitors and Roam. */
  readonly road: UdpRelay
  readonly travellers: Travellers
  readonly lost: BlackHoles
}

/** 8 % on the way to clients: above the threshold also where other traffic dilutes it. */
const LOSS = 0.08
const WINDOW_5M = 300
const WINDOW_15M = 900

export function causesOf(parts: Parts): readonly Cause[] {
  const { mortal, failing, cutting, road, travellers, lost } = parts
  return [
    {
      alert: 'BackendDown',
      what: 'a backend is killed; it is started again',
      firesWithinSeconds: 60 + 60,
      resolvesWithinSeconds: 240,
      begin: () => mortal.kill(),
      end: () => mortal.revive(),
    },
    {
      alert: 'HighErrorRate',
      what: 'a backend answers 500 to two of five requests; it answers well again',
      firesWithinSeconds: 120 + WINDOW_5M,
      resolvesWithinSeconds: WINDOW_5M + 180,
      begin: () => (failing.failing = 4),
      end: () => (failing.failing = 0),
    },
    {
      alert: 'CircuitBreakerOpen',
      what: 'a backend cuts every connection, its health checks pass; it answers again',
      firesWithinSeconds: 120,
      resolvesWithinSeconds: 300,
      begin: () => (cutting.cutting = true),
      end: () => (cutting.cutting = false),
    },
    {
      alert: 'HighPacketLoss',
      what: `${LOSS * 100} % of the datagrams to clients are dropped; none any more`,
      firesWithinSeconds: 300 + WINDOW_5M,
      resolvesWithinSeconds: WINDOW_5M + 180,
      begin: () => (road.toClient.loss = LOSS),
      end: () => (road.toClient.loss = 0),
    },
    {
      alert: 'HighConnectionMigrationRate',
      what: 'clients change their addresses, by NAT and on purpose; they stay where they are',
      firesWithinSeconds: 300 + WINDOW_5M,
      resolvesWithinSeconds: WINDOW_5M + 180,
      begin: () => travellers.move(20_000),
      end: () => travellers.stay(),
    },
    {
      alert: 'ConnectionMigrationFailures',
      what: 'clients move to addresses where nothing reaches them; then others move, and arrive',
      firesWithinSeconds: 600 + 360,
      resolvesWithinSeconds: WINDOW_15M,
      // Those that arrive make up the share, and raise the rate.
      endsAfter: 'HighConnectionMigrationRate',
      begin: () => lost.swallow(20_000),
      end() {
        lost.close()
        travellers.move(250)
      },
    },
  ]
}
