import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { connectPeer } from '../../src/listener/quic/engine-takeover.ts'
import { descriptorOf } from '../../src/listener/tcp/descriptor.ts'
import { type EstateSocket, waitForSuccessor, type Waiting } from '../../src/takeover/estate.ts'
import { inheritFrom } from '../../src/takeover/inheritance.ts'

const SECRET = Buffer.alloc(32, 7)

interface Old {
  readonly path: string
  readonly server: Server
  readonly port: number
  readonly waiting: Waiting
  /** What it did and was told. */
  readonly told: string[]
}

/** A process with one TCP socket, that notes what becomes of it. */
async function oldProcess(t: Test, changes: Partial<EstateSocket> = {}): Promise<Old> {
  // tap's own folders are too deep for a Unix socket.
  const folder = mkdtempSync(join(tmpdir(), 'roam-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'takeover')
  const server = createServer((socket) => socket.end('old')).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const told: string[] = []
  const socket: EstateSocket = {
    ...{ key: '127.0.0.1 0 1', transport: 'tcp', port },
    attach(peer) {
      peer.attach(descriptorOf(server))
      return []
    },
    yield() {
      told.push('yield')
      return Promise.resolve('')
    },
    takeBack: () => void told.push('take back'),
    ...changes,
  }
  const waiting = waitForSuccessor({
    path,
    estate: () => ({ generation: 255, secret: SECRET, sockets: [socket] }),
    onFailure: (why) => void told.push(why),
  })
  t.teardown(() => waiting.close())
  return { path, server, port, waiting, told }
}

async function ask(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const [first] = (await once(socket, 'data')) as [Buffer]
  return first.toString()
}

async function until(told: readonly string[], count: number): Promise<void> {
  while (told.length < count) await sleep(5)
}

t.test('a listening socket, a secret and the next generation change hands', async (t) => {
  const { path, server, port, waiting, told } = await oldProcess(t)
  const inheritance = await inheritFrom(path)
  t.ok(inheritance)
  t.equal(inheritance!.pid, process.pid)
  t.equal(inheritance!.generation, 0, 'one byte')
  t.same(inheritance!.secret, SECRET)
  t.equal(inheritance!.tcp('127.0.0.1 1 1'), undefined, 'another address')
  const inherited = inheritance!.tcp('127.0.0.1 0 1')
  t.equal(inherited?.port, port)
  t.equal(inheritance!.tcp('127.0.0.1 0 1'), undefined, 'once')
  t.equal(await ask(port), 'old', 'nothing has changed yet')
  await inheritance!.claim()
  const successor = createServer((socket) => socket.end('new')).listen({ fd: inherited!.descriptor })
  t.teardown(() => successor.close())
  await once(successor, 'listening')
  await inheritance!.begun()
  t.equal(await waiting.successor, process.pid)
  server.close()
  t.equal(await ask(port), 'new')
  t.same(told, ['yield'])
  t.equal(await inheritFrom(path), undefined, 'the old process waits no more')
})

t.test('a successor that vanishes before it has begun leaves everything as it was', async (t) => {
  const { path, port, told } = await oldProcess(t)
  ;(await inheritFrom(path))!.abandon()
  await until(told, 1)
  const early = await inheritFrom(path)
  early!.tcp('127.0.0.1 0 1')
  await early!.claim()
  early!.abandon()
  await until(told, 4)
  t.same(told, [
    'the other process has ended the talk',
    ...['yield', 'take back', 'the other process has ended the talk'],
  ])
  t.equal(await ask(port), 'old')
})

t.test('one successor at a time, and only one that speaks the same language', async (t) => {
  const { path, told } = await oldProcess(t)
  const first = await inheritFrom(path)
  await t.rejects(inheritFrom(path), { message: 'another process is taking over from it' })
  first!.abandon()
  await until(told, 1)
  const stranger = connectPeer(path)
  stranger!.send(JSON.stringify({ type: 'hello', version: 99, pid: 1 }), 1000)
  t.match(await stranger!.receive(1000), /"refused".*version takes over \(99\)/)
  stranger!.close()
})

t.test('an engine that does not let go of its socket is given up', async (t) => {
  const { path, told } = await oldProcess(t, {
    yield: () => Promise.reject(new Error('no')),
  })
  const inheritance = await inheritFrom(path)
  inheritance!.tcp('127.0.0.1 0 1')
  await t.rejects(inheritance!.claim(), {
    name: 'TakeoverError',
    message: `the takeover failed: the other process has ended the talk; process ${process.pid} goes on serving`,
  })
  t.same(told, ['take back', 'no'])
})
