/** Where Alertmanager's notifications arrive: a webhook, a Slack that keeps what it is sent, a dead man's switch. */
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a webhook of Alertmanager is sent, as far as it is looked at. */
export interface Notification {
  readonly status: 'firing' | 'resolved'
  readonly groupLabels: Readonly<Record<string, string>>
}

/** A message in Slack's form. */
export interface SlackMessage {
  readonly attachments: readonly { readonly title: string; readonly text: string; readonly color: string }[]
}

export interface Inbox {
  readonly url: string
  readonly webhook: readonly Notification[]
  readonly slack: readonly SlackMessage[]
  readonly watchdog: readonly Notification[]
  close(): Promise<void>
}

export async function startInbox(): Promise<Inbox> {
  const webhook: Notification[] = []
  const slack: SlackMessage[] = []
  const watchdog: Notification[] = []
  const take = (path: string, body: string): void => {
    if (path === '/webhook') webhook.push(JSON.parse(body) as Notification)
    if (path === '/slack') slack.push(JSON.parse(body) as SlackMessage)
    if (path === '/watchdog') watchdog.push(JSON.parse(body) as Notification)
  }
  const server = http.createServer((request, response) => {
    void text(request).then((body) => {
      take(request.url ?? '', body)
      response.end('ok')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    webhook,
    slack,
    watchdog,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
