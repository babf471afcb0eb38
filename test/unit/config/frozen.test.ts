import t from 'tap'
import { configOf, yaml } from './support.ts'

const config = configOf(yaml({ networks: '{ campus: [10.20.0.0/16] }' }))
const open: string[] = []
function walk(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null || value instanceof URL) return
  if (!Object.isFrozen(value)) open.push(path)
  const members = value instanceof Map ? [...value.entries()] : Object.entries(value)
  for (const [key, member] of members) walk(member, `${path}.${String(key)}`)
}
walk(config, 'config')
t.strictSame(open, [], 'the result is frozen all the way down')
const networks = config.networks as Map<string, readonly string[]>
t.throws(() => networks.set('x', []), /frozen/)
t.throws(() => networks.clear(), /frozen/)
t.throws(() => networks.delete('campus'), /frozen/)
t.strictSame(config.networks.get('campus'), ['10.20.0.0/16'])
