/** Range requests (RFC 9110 §14), one range or several. */

/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** More than this is an attack on the server's patience (RFC 9110 §17.15): the whole file is sent. */
const MAX_RANGES = 20

/** Undefined: send everything. */
export function parseRanges(
  field: string | undefined,
  size: number,
): readonly ByteRange[] | 'unsatisfiable' | undefined {
  const specs = /^bytes=(.+)$/.exec(field ?? '')?.[1]?.split(',') ?? []
  if (specs.length === 0 || specs.length > MAX_RANGES) return undefined
  const ranges = specs.map((spec) => parseOne(spec.trim(), size))
  // One that cannot be read spoils the field.
  if (ranges.includes(undefined)) return undefined
  const satisfiable = ranges.filter((range) => typeof range === 'object')
  return satisfiable.length === 0 ? 'unsatisfiable' : satisfiable
}

function parseOne(spec: string, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^(\d{0,15})-(\d{0,15})$/.exec(spec)
  const [, first = '', last = ''] = match ?? []
  if (first === '' && last === '') return undefined
  if (first === '') {
    const suffix = Number(last)
    return suffix === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - suffix), end: size }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size : Math.min(size, Number(last) + 1) }
}
