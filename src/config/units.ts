/** How operators write quantities. Each parser answers undefined for what it does not understand. */

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const BYTES = {
  B: 1,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
} as const

/** `250ms`, `15s`, `2m`, `24h`, `7d` → milliseconds. A bare number has no meaning: 15 what? */
export function parseDuration(text: string): number | undefined {
  return quantity(text, MILLISECONDS)
}

/** `512B`, `64KiB`, `10MB` → bytes. KB, MB, GB are powers of 1000; KiB, MiB, GiB of 1024. */
export function parseSize(text: string): number | undefined {
  return quantity(text, BYTES)
}

/** `50%` or `12.5%` → 0.5, 0.125. */
export function parsePercent(text: string): number | undefined {
  const match = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)
  if (match === null) return undefined
  const ratio = Number(match[1]) / 100
  return ratio <= 1 ? ratio : undefined
}

function quantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(text)
  const factor = match?.[2] === undefined || !Object.hasOwn(units, match[2]) ? undefined : units[match[2]]
  if (factor === undefined) return undefined
  const value = Number(match?.[1]) * factor
  return Number.isSafeInteger(value) ? value : undefined
}
