/** The compose file as the two generations of Compose understand it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml'
import { run } from '../../support/client-tools.ts'

/** Compose's own reader of version 2 and later, as a program: what `docker compose` itself is made with. */
const COMPOSE_GO = 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2'

export const COMPOSE_FILE = 'docker-compose.monitoring.yml'
const cwd = fileURLToPath(new URL('../../../', import.meta.url))

export interface Service {
  readonly image: string
  readonly network_mode: string
  readonly read_only: boolean
  readonly restart: string
  readonly user: string
  readonly cap_drop: readonly string[]
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string | null>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly profiles?: readonly string[]
}

export interface ComposeModel {
  readonly services: Readonly<Record<string, Service>>
}

type Settings = Readonly<Record<string, string>>

/** As it is written, before any Compose. */
export function composeFile(): ComposeModel {
  return load(readFileSync(join(cwd, COMPOSE_FILE), 'utf8'), {
    schema: CORE_SCHEMA.withTags(mergeTag),
  }) as ComposeModel
}

/** `docker-compose config` of version 1, which prints the services of every profile. */
export async function composeV1(settings: Settings = {}): Promise<ComposeModel> {
  const text = await output('docker-compose', ['-f', COMPOSE_FILE, 'config'], settings)
  // What it prints can be read again: a $ is written twice.
  return load(text.replaceAll('$$', '$')) as ComposeModel
}

/** The same, as version 2 reads it. */
export async function composeV2(profiles: readonly string[]): Promise<ComposeModel> {
  const settings = { COMPOSE_PROFILES: profiles.join(',') }
  const { services } = load(await output('go', ['run', COMPOSE_GO, COMPOSE_FILE], settings)) as ComposeModel
  return { services: Object.fromEntries(Object.entries(services).map(([k, v]) => [k, withEnvironment(v)])) }
}

/** A list of names that are taken over from the environment means the same as names without values. */
function withEnvironment(service: Service): Service {
  const { environment } = service
  if (!Array.isArray(environment)) return service
  return {
    ...service,
    environment: Object.fromEntries((environment as string[]).map((name) => [name, null])),
  }
}

async function output(program: string, args: readonly string[], settings: Settings): Promise<string> {
  const env = { ...process.env, GOWORK: 'off', ...settings }
  const { code, stdout, stderr } = await run(program, args, { cwd, env, timeoutMs: 110_000 })
  if (code !== 0) throw new Error(`${program} refuses ${COMPOSE_FILE}:\n${stderr}`)
  return stdout
}
