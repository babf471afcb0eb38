/** The admin server in front of a whole Roam, as a program on the same machine asks it. */
import http from 'node:http'
import { pino } from 'pino'
import type { Test } from 'tap'
import { createAdminServer } from '../../src/admin/server.ts'
import { type Roam, type RoamOptions, startRoam } from '../support/roam.ts'

export const TOKEN = 'a'.repeat(64)

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Readonly<Record<string, unknown>>
  readonly text: string
}

export interface Question {
  readonly headers?: http.OutgoingHttpHeaders
  /** JSON. */
  readonly json?: unknown
  readonly body?: Buffer
}

export interface Admin extends Roam {
  readonly adminPort: number
  /** As anybody on this machine. */
  readonly look: (path: string, headers?: http.OutgoingHttpHeaders) => Promise<Answer>
  /** With the token, unless the fields say something else. */
  readonly change: (method: string, path: string, question?: Question) => Promise<Answer>
}

/** `token`: null for a server that lets nobody change anything. */
export async function startAdmin(
  t: Test,
  { token = TOKEN, ...options }: RoamOptions & { readonly token?: string | null } = {},
): Promise<Admin> {
  const roam = await startRoam(t, options)
  const server = createAdminServer({
    control: roam.app.control,
    events: roam.events,
    log: pino({ level: 'silent' }),
    token: token === null ? undefined : Buffer.from(token),
    version: '0.0.0',
  })
  const adminPort = await server.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => server.close())
  return {
    ...roam,
    adminPort,
    look: (path, headers) => askAdmin(adminPort, 'GET', path, headers && { headers }),
    change: (method, path, question) =>
      askAdmin(adminPort, method, path, {
        ...question,
        headers: { authorization: `Bearer ${TOKEN}`, ...question?.headers },
      }),
  }
}

export function askAdmin(
  port: number,
  method: string,
  path: string,
  { headers = {}, json, body }: Question = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const bytes = body ?? (json === undefined ? undefined : Buffer.from(JSON.stringify(json)))
    const type = json === undefined ? {} : { 'content-type': 'application/json' }
    const length = bytes === undefined ? {} : { 'content-length': bytes.length }
    const options = { port, method, path, agent: false, headers: { ...type, ...length, ...headers } }
    const request = http.request(options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
          text,
        }),
      )
    })
    request.on('error', reject)
    request.end(bytes)
  })
}
