/** Configurations for tests: as small as they may be. */
import { parseConfig } from '../../../src/config/load.ts'
import { ConfigError } from '../../../src/config/problem.ts'
import type { RoamConfig } from '../../../src/config/types.ts'

/** The three keys that a file needs, as one flow mapping each. */
export const MINIMAL = {
  listeners: '[{ address: ":8080" }]',
  pools: '{ moodle: { backends: [{ id: m1, url: "http://127.0.0.1:8001" }] } }',
  routes: '[{ pool: moodle }]',
}

/** YAML with some keys replaced or added. */
export function yaml(keys: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ ...MINIMAL, ...keys })
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n')
}

/** The configuration of a text that is right. */
export function configOf(text: string): RoamConfig {
  return parseConfig(text, 'roam.yaml').config
}

/** The lines that an operator sees; empty where nothing is wrong. */
export function messagesOf(text: string): string[] {
  try {
    parseConfig(text, 'roam.yaml')
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.message.split('\n')
  }
}

/** A file whose one pool has these keys besides its backend. */
export function poolYaml(keys: string): string {
  return yaml({ pools: `{ moodle: { backends: [{ id: a, url: "http://h:1" }], ${keys} } }` })
}

/** The pool of such a file. */
export function poolOf(keys: string): RoamConfig['pools'][number] {
  return configOf(poolYaml(keys)).pools[0]!
}

/** A file whose one route has these keys besides its pool. */
export function routeYaml(keys: string): string {
  return yaml({ routes: `[{ pool: moodle, ${keys} }]` })
}

/** The route of such a file. */
export function routeOf(keys: string): RoamConfig['routes'][number] {
  return configOf(routeYaml(keys)).routes[0]!
}
