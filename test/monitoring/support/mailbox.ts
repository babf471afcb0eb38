/** A mail server for one test: takes what it is sent (RFC 5321, without TLS) and keeps it. */
import net from 'node:net'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface Mailbox {
  readonly port: number
  /** Whole messages, head and body. */
  readonly messages: readonly string[]
  close(): void
}

export async function openMailbox(): Promise<Mailbox> {
  const messages: string[] = []
  const server = net.createServer((socket) => {
    let message: string[] | undefined
    const answer = (line: string): boolean => socket.write(`${line}\r\n`)
    answer('220 localhost')
    socket.on('error', () => {})
    createInterface(socket).on('line', (line) => {
      if (message === undefined) {
        if (/^DATA$/i.test(line)) {
          message = []
          answer('354 go on')
        } else answer(/^QUIT$/i.test(line) ? '221 bye' : '250 ok')
      } else if (line === '.') {
        messages.push(message.join('\n'))
        message = undefined
        answer('250 taken')
      } else message.push(line)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as net.AddressInfo).port, messages, close: () => void server.close() }
}
