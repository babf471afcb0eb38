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
