/** What the demo tells a newcomer: all of it on one screen. */
import type { RunningBackend } from './backends.ts'

/** What is shown. */
export interface ScreenFacts {
  readonly version: string
  readonly port: number
  readonly plainPort: number
  readonly backends: readonly RunningBackend[]
  readonly authority: string
  /** Undefined: the log is on this terminal. */
  readonly logFile: string | undefined
}

/** Fewer than 24 lines of fewer than 100 columns. */
export function renderScreen(facts: ScreenFacts): string {
  const { version, port, plainPort, backends, authority, logFile } = facts
  const site = `https://localhost:${port}`
  const rows = backends.map(({ id, port, pid }) => `    ${id}   http://127.0.0.1:${port}   kill ${pid}`)
  const log = logFile === undefined ? 'requests follow here' : `requests are logged to ${logFile}`
  return `
Roam ${version}: ${site}/ (HTTP/3, HTTP/2, HTTP/1.1) and http://localhost:${plainPort}/

  Ask it (-k, because your machine does not know ${authority}):
    curl -k --http1.1 ${site}/
    curl -k --http2 ${site}/
    curl -k --http3-only ${site}/
    npx roam probe ${site}/ --http 3
    curl -sk ${site}/metrics | grep quic_connections_total
    curl -sk ${site}/metrics | grep quic_connection_migrations_total

  Backends: kill one, go on asking, and see it come back after 10 seconds:
${rows.join('\n')}
    curl -sk ${site}/metrics | grep quic_backend_healthy

  Graphs and alerts, from a second terminal: ./start-monitoring.sh

  Ctrl-C ends everything; ${log}.

`
}
