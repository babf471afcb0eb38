import type { RoamConfig } from '../config/types.ts'
import type { Events } from '../core/events.ts'
import type { Control } from '../core/ports.ts'
import type { Backends } from './backends.ts'
import type { Listeners } from './listeners.ts'

export interface ControlParts {
  readonly config: () => RoamConfig
  readonly backends: Backends
  readonly listeners: Listeners
  readonly events: Events
  readonly reload: Control['reload']
}

/** What the admin server and signals work with. */
export function createControl({ config, backends, listeners, events, reload }: ControlParts): Control {
  return {
    config: () => plain(config()),
    pools: () => backends.pools,
    backends: () => backends.all,
    certificates: () =>
      listeners.certificates.map(({ commonName, names, notAfter, files }) => ({
        ...{ commonName, names, notAfter },
        file: files.cert,
      })),
    connections: ({ offset, limit }) => listeners.connections(offset, limit),
    setBackend(id, { state, weight }) {
      const backend = backends.all.find((one) => one.id === id)
      if (backend === undefined) return undefined
      if (state !== undefined) backend.adminState = state
      if (weight !== undefined) backend.chosenWeight = weight ?? undefined
      events.emit('backend:admin', { backendId: id, state: backend.adminState, weight: backend.weight })
      return backend
    },
    reload,
  }
}

/** As JSON has it: maps are objects, URLs are text. Values of header rules may be secrets, whatever their names: they stay in the file. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return plain(Object.fromEntries(value))
  if (value instanceof URL) return value.href
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isFields(name, inner) ? masked(inner) : plain(inner),
    ]),
  )
}

function isFields(name: string, value: unknown): value is readonly string[] {
  return (name === 'set' || name === 'add') && Array.isArray(value)
}

function masked(fields: readonly string[]): string[] {
  return fields.map((text, at) => (at % 2 === 1 ? '***' : text))
}
