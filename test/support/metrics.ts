/** Prometheus text, read back. */
export class Samples {
  readonly #values = new Map<string, number>()

  constructor(text: string) {
    for (const line of text.split('\n')) {
      if (line === '' || line.startsWith('#')) continue
      const space = line.lastIndexOf(' ')
      this.#values.set(canonical(line.slice(0, space)), Number(line.slice(space + 1)))
    }
  }

  /** One series, by name and all its labels; undefined where it is not there. */
  get(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`)
    return this.#values.get(`${name}{${pairs.sort().join(',')}}`)
  }

  /** The sum of all series of a name whose labels contain these. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`)
    let sum = 0
    for (const [series, value] of this.#values) {
      const brace = series.indexOf('{')
      const parts = series.slice(brace + 1, -1).split(',')
      if (series.slice(0, brace) === name && wanted.every((pair) => parts.includes(pair))) sum += value
    }
    return sum
  }

  get seriesCount(): number {
    return this.#values.size
  }
}

export function parseMetrics(text: string): Samples {
  return new Samples(text)
}

function canonical(series: string): string {
  const brace = series.indexOf('{')
  if (brace === -1) return `${series}{}`
  const labels = series.slice(brace + 1, -1).match(/[a-zA-Z_]+="(?:[^"\\]|\\.)*"/g) ?? []
  return `${series.slice(0, brace)}{${labels.sort().join(',')}}`
}
