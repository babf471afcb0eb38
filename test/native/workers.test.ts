/** An engine of a worker thread ends with its worker, whatever its clients are doing. */
import { once } from 'node:events'
import { isMainThread, MessageChannel, type MessagePort, Worker, workerData } from 'node:worker_threads'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { h3Get } from '../../src/listener/quic/engine-client.ts'
import { authority, start } from './support.ts'

interface Started {
  readonly port: number
  readonly ca: string
}

if (isMainThread) {
  void t.test('workers that are terminated while a client waits', async (t) => {
    for (let round = 0; round < 5; round++) {
      // A channel of our own: the test runner uses the worker's.
      const { port1, port2 } = new MessageChannel()
      const worker = new Worker(fileURLToPath(import.meta.url), { workerData: port2, transferList: [port2] })
      const [{ port, ca }] = (await once(port1, 'message')) as [Started]
      const waiting = h3Get({ host: '127.0.0.1', port, serverName: 'localhost', ca }).catch(
        (error: unknown) => (error as { code: string }).code,
      )
      await once(port1, 'message')
      await worker.terminate()
      port1.close()
      t.equal(await waiting, 'ERR_H3_CLOSED', 'the client is told')
    }
  })
} else {
  const channel = workerData as MessagePort
  const { engine } = start(() => ({ request: () => channel.postMessage('asked') }))
  channel.postMessage({ port: engine.port, ca: authority.cert } satisfies Started)
}
