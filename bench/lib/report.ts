/** Tables on the screen. */
import { median, PROTOCOLS, type BenchProtocol, type Load } from './load.ts'

export interface Row {
  readonly server: string
  readonly protocol: BenchProtocol
  readonly size: string
  /** One a round. */
  readonly loads: Load[]
}

/** What issue after issue demands of 1 KB answers, as a ratio to Caddy in the same run. */
const BARS: Readonly<Record<BenchProtocol, number>> = { 'http/1.1': 0.9, h2: 0.9, h3: 1.8 }

const LABEL: Readonly<Record<BenchProtocol, string>> = { 'http/1.1': 'H1', h2: 'H2', h3: 'H3' }

interface Column {
  readonly protocol: BenchProtocol
  readonly size: string
}

function columnsOf(rows: readonly Row[]): Column[] {
  const sizes = [...new Set(rows.map((row) => row.size))]
  const protocols = PROTOCOLS.filter((protocol) => rows.some((row) => row.protocol === protocol))
  return sizes.flatMap((size) => protocols.map((protocol) => ({ protocol, size })))
}

function find(rows: readonly Row[], server: string, { protocol, size }: Column): Row | undefined {
  return rows.find((row) => row.server === server && row.protocol === protocol && row.size === size)
}

function cells(name: string, texts: readonly string[]): string {
  return name.padEnd(22) + texts.map((text) => text.padStart(12)).join('')
}

/** Median of the ratios taken round by round: the machine's drift falls out. */
export function ratio(ours: readonly Load[], theirs: readonly Load[]): number | undefined {
  const rounds = ours.flatMap((load, round) => {
    const other = theirs[round]?.requestsPerSecond ?? 0
    return other > 0 ? [load.requestsPerSecond / other] : []
  })
  return rounds.length === 0 ? undefined : median(rounds)
}

export function printTable(rows: readonly Row[], ours: string): void {
  const columns = columnsOf(rows)
  const servers = [...new Set(rows.map((row) => row.server))]
  const head = columns.map(({ protocol, size }) => `${LABEL[protocol]} ${size}`)
  const table = (title: string, value: (row: Row) => string): void => {
    console.log(`\n${cells(title, head)}`)
    for (const server of servers) {
      const texts = columns.map((column) => {
        const row = find(rows, server, column)
        return row === undefined || row.loads.length === 0 ? '-' : value(row)
      })
      console.log(cells(server, texts))
    }
  }
  table('requests/s, median', ({ loads }) =>
    Math.round(median(loads.map((load) => load.requestsPerSecond))).toLocaleString('en'),
  )
  table('CPU µs/request', ({ loads }) => median(loads.map((load) => load.cpuMicroseconds ?? NaN)).toFixed(1))
  table(`${ours} / server`, (row) => {
    const us = find(rows, ours, row)
    return (us && ratio(us.loads, row.loads))?.toFixed(2) ?? '-'
  })
  const failed = rows.reduce((sum, { loads }) => sum + loads.reduce((part, load) => part + load.failed, 0), 0)
  if (failed > 0) console.log(`\n${failed} requests FAILED: see the lines above`)
}

export function printBars(rows: readonly Row[]): void {
  console.log('')
  for (const protocol of PROTOCOLS) {
    const column = { protocol, size: '1k' }
    const roam = find(rows, 'roam', column)
    const caddy = find(rows, 'caddy', column)
    const got = roam && caddy && ratio(roam.loads, caddy.loads)
    if (got === undefined) continue
    const bar = BARS[protocol]
    const verdict = got >= bar ? 'ok' : 'BELOW'
    console.log(`bar: ${LABEL[protocol]} 1 KB, roam / caddy >= ${bar}: ${got.toFixed(2)} ${verdict}`)
  }
}
