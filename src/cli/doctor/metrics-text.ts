/** Prometheus's text format, as far as single figures are looked at. */
import { UserError } from '../user-error.ts'

export interface Metrics {
  readonly series: number
  /** Sum over all series of the name; undefined where there is none. */
  sum(name: string): number | undefined
}

const SAMPLE =
  /^([a-zA-Z_:][\w:]*)(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})? ([-+]?[\d.eE+-]+|[-+]?Inf|NaN)(?: -?\d+)?$/

/** Throws a UserError with the first line that is not of the format. */
export function parseMetrics(text: string): Metrics {
  const samples = text.split('\n').flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return []
    const match = SAMPLE.exec(line)
    if (match === null) throw new UserError(`line ${index + 1} is no metric: ${line.slice(0, 60)}`)
    return [{ name: match[1]!, value: Number(match[2]) }]
  })
  return {
    series: samples.length,
    sum(name) {
      const own = samples.filter((sample) => sample.name === name)
      return own.length === 0 ? undefined : own.reduce((sum, { value }) => sum + value, 0)
    },
  }
}
