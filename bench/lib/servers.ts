/**
 * The servers of a measurement, each on core 0 with all its threads, in front of one nginx (or Caddy) backend that
 * shares core 1 with the load generator. Every server terminates TLS with the same P-256 certificate.
 */
import { spawn, execFileSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { randomFillSync } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { peerCommand, type Command } from './commands.ts'
import * as config from './configs.ts'

export const SERVER_CORE = 0
export const LOAD_CORE = 1

export interface Server {
  readonly name: string
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

/** Files every server shares. The folder is under /tmp, which the chroots of a lab see as well. */
export interface Site {
  readonly folder: string
  readonly www: string
  readonly cert: string
  readonly key: string
}

export function prepareSite(folder: string): Site {
  const www = join(folder, 'www')
  mkdirSync(www, { recursive: true })
  // Readable by the unprivileged worker processes of nginx.
  execFileSync('chmod', ['755', folder, www])
  // Random: a compressible body would flatter whoever compresses.
  for (const [name, bytes] of [
    ['1k', 1024],
    ['100k', 102_400],
  ] as const)
    writeFileSync(join(www, name), randomFillSync(Buffer.alloc(bytes)))
  const cert = join(folder, 'cert.pem')
  const key = join(folder, 'key.pem')
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30']
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  })
  return { folder, www, cert, key }
}

/** A port that was free for TCP a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

function launch(
  name: string,
  core: number,
  command: readonly string[],
  log: string,
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): ChildProcess {
  const file = openSync(log, 'w')
  const child = spawn('taskset', ['-c', String(core), ...command], {
    stdio: ['ignore', file, file],
    env: { ...process.env, ...options.env },
    cwd: options.cwd,
  })
  closeSync(file)
  child.on('error', (error) => console.error(`bench: ${name}: ${error.message}`))
  return child
}

async function ready(name: string, child: ChildProcess, url: string, log: string): Promise<void> {
  const until = Date.now() + 20_000
  while (child.exitCode === null && child.signalCode === null && Date.now() < until) {
    try {
      execFileSync('curl', ['-sk', '-f', '-o', '/dev/null', '--max-time', '1', url], { stdio: 'ignore' })
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  child.kill('SIGKILL')
  throw new Error(`${name} did not start; its log is ${log}`)
}

async function server(
  name: string,
  port: number,
  core: number,
  scheme: 'http' | 'https',
  command: readonly string[],
  log: string,
  options?: { env?: NodeJS.ProcessEnv; cwd?: string },
): Promise<Server> {
  const child = launch(name, core, command, log, options)
  const pid = child.pid ?? 0
  await ready(name, child, `${scheme}://127.0.0.1:${port}/1k`, log)
  return {
    name,
    port,
    pid,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
      await gone
      clearTimeout(timer)
    },
  }
}

/** The backend: nginx if it can be had, Caddy otherwise. */
export async function startBackend(site: Site): Promise<Server> {
  const port = await freePort()
  const log = join(site.folder, 'backend.log')
  const nginx = peerCommand('nginx')
  if (nginx !== undefined) {
    const file = join(site.folder, 'backend.conf')
    writeFileSync(file, config.nginxBackend(site, port))
    return server('backend', port, LOAD_CORE, 'http', [...nginx, '-p', site.folder, '-c', file], log)
  }
  const caddy = peerCommand('caddy')
  if (caddy === undefined) throw new Error('neither nginx nor caddy can be had for the backend')
  const command = [...caddy, 'file-server', '--root', site.www, '--listen', `127.0.0.1:${port}`]
  return server('backend', port, LOAD_CORE, 'http', command, log, { env: { GOMAXPROCS: '1' } })
}

type Peer = 'nginx' | 'caddy' | 'envoy'
export const PEERS: readonly Peer[] = ['nginx', 'caddy', 'envoy']

/** A peer as a reverse proxy, or undefined (with one line on stderr) where its program cannot be had. */
export async function startPeer(peer: Peer, site: Site, backend: number): Promise<Server | undefined> {
  const command = peerCommand(peer)
  if (command === undefined) {
    console.error(`bench: ${peer} cannot be had here and is left out`)
    return undefined
  }
  const port = await freePort()
  const file = join(site.folder, `${peer}.${peer === 'envoy' ? 'yaml' : 'conf'}`)
  const log = join(site.folder, `${peer}.log`)
  const start = (text: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Server> => {
    writeFileSync(file, text)
    return server(peer, port, SERVER_CORE, 'https', [...command, ...args], log, env && { env })
  }
  try {
    switch (peer) {
      case 'nginx':
        return await start(config.nginx(site, port, backend, hasHttp3(command)), [
          '-p',
          site.folder,
          '-c',
          file,
        ])
      case 'caddy':
        return await start(
          config.caddy(site, port, backend),
          ['run', '--config', file, '--adapter', 'caddyfile'],
          {
            GOMAXPROCS: '1',
          },
        )
      case 'envoy':
        return await start(config.envoy(site, port, backend), [
          '-c',
          file,
          '--disable-hot-restart',
          '--concurrency',
          '1',
          '-l',
          'error',
        ])
    }
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}; left out`)
    return undefined
  }
}

/** nginx is built with or without HTTP/3, and refuses its words where it is not. */
function hasHttp3([program, ...args]: Command): boolean {
  const { stderr } = execFileSyncBoth(program, [...args, '-V'])
  return stderr.includes('--with-http_v3_module')
}

function execFileSyncBoth(program: string, args: readonly string[]): { stderr: string } {
  return { stderr: execFileSync('sh', ['-c', '"$@" 2>&1', 'sh', program, ...args], { encoding: 'utf8' }) }
}

/** Roam from a checkout, the whole product: metrics, breaker, health checks, and the access log into a file. */
export async function startRoam(
  name: string,
  checkout: string,
  site: Site,
  backend: number,
  nodeFlags: readonly string[] = [],
): Promise<Server> {
  const port = await freePort()
  const file = join(site.folder, `${name}.yaml`)
  writeFileSync(file, config.roam(site, port, backend))
  const node = join(checkout, 'node_modules', '.bin', 'node')
  const command = [node, ...nodeFlags, join(checkout, 'src', 'main.ts'), 'start', '--config', file]
  return server(name, port, SERVER_CORE, 'https', command, join(site.folder, `${name}.log`), {
    cwd: checkout,
  })
}

/** A program that answers HTTP/3 by itself; see addon.ts. */
export async function startAnswerer(
  name: string,
  site: Site,
  command: (port: number) => readonly string[],
): Promise<Server> {
  const port = await freePort()
  const log = join(site.folder, `${name}.log`)
  const child = launch(name, SERVER_CORE, command(port), log)
  return {
    name,
    port,
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}
