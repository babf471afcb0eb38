import type { Builder } from '@grafana/grafana-foundation-sdk/cog'

/**
 * The SDK writes defaults that are out of place: `placement` hides links and annotations in a menu where nobody looks at
 * night, `auto` belongs to variables of another kind. Without these properties Grafana's own defaults hold.
 */
export function without<T extends object>(
  properties: readonly (keyof T & string)[],
  builder: Builder<T>,
): Builder<T> {
  const omitted: ReadonlySet<string> = new Set(properties)
  return {
    build: () =>
      Object.fromEntries(Object.entries(builder.build()).filter(([name]) => !omitted.has(name))) as T,
  }
}
