/** Backends: one that can be killed and comes back on its port, and one that answers as badly as it is told. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../../demo/backend.ts', import.meta.url))

export interface MortalBackend {
  readonly id: string
  readonly url: string
  /** SIGKILL. */
  kill(): Promise<void>
  revive(): Promise<void>
  close(): Promise<void>
}

export async function startMortalBackend(id: string): Promise<MortalBackend> {
  let { child, port } = await launch(id, 0)
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  return {
    id,
    url: `http://127.0.0.1:${port}`,
    kill,
    async revive() {
      ;({ child, port } = await launch(id, port))
    },
    close: kill,
  }
}

/** It leaves by itself when this process is gone. */
async function launch(id: string, wanted: number): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(program, ['--id', id, '--port', String(wanted)], { execArgv: [] })
  const [message] = (await once(child, 'message')) as [{ ready?: number; failed?: string }]
  if (message.ready === undefined) throw new Error(`${id} does not start: ${message.failed ?? '?'}`)
  return { child, port: message.ready }
}

export interface FaultyBackend {
  readonly id: string
  readonly url: string
  /** Of every ten requests, so many get 500, spread evenly: 4 do not open a breaker. Health checks pass. */
  failing: number
  /** Every request's connection is reset before its answer. Health checks pass. */
  cutting: boolean
  close(): Promise<void>
}

export async function startFaultyBackend(id: string): Promise<FaultyBackend> {
  let count = 0
  const server = http.createServer((request, response) => {
    request.resume()
    if (request.url === '/admin/tool/heartbeat/') response.end('OK\n')
    else if (backend.cutting) request.socket.resetAndDestroy()
    else if ((count++ * backend.failing) % 10 < backend.failing) response.writeHead(500).end('told to fail\n')
    else response.end(`${id}\n`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const backend: FaultyBackend = {
    id,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failing: 0,
    cutting: false,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return backend
}
