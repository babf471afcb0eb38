/** Below these a share is made of too few cases to say anything: one scanner, one phone whose battery died. */
export const FLOORS = {
  /** Migrations that failed within 15 minutes. */
  failedMigrations: 3,
  /** A TCP health check of another load balancer, every 10 s, is a failed handshake each time. It stays below. */
  handshakesPerSecond: 0.2,
  /** A share of HTTP/3 that was small the day before halves by chance. */
  http3Share: 0.05,
} as const
