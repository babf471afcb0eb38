/** What the doctor sends to Grafana, and to whom. The servers answer as Grafana's HTTP API is documented. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import type { Test } from 'tap'
import { deadUrl } from '../support/dead-url.ts'
import { doctorWith } from './cli-doctor-support.ts'

interface Asked {
  readonly path: string
  /** `user:password`; undefined where none was sent. */
  readonly login: string | undefined
}

interface Answer {
  readonly status: number
  readonly body?: string
  readonly location?: string
}

/** Its URL, and everything that it was asked. */
async function startServer(
  t: Test,
  answer: (asked: Asked) => Answer,
): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer(({ url = '', headers: { authorization } }, response) => {
    const login = authorization && Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()
    const one = { path: url, login }
    asked.push(one)
    const { status, body = '', location } = answer(one)
    response.writeHead(status, location === undefined ? {} : { location }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const HEALTH = { status: 200, body: '{"database": "ok", "version": "12.0.0"}' }
const grafana =
  (password: string) =>
  ({ path, login }: Asked): Answer =>
    path === '/api/health' ? HEALTH : { status: login === `admin:${password}` ? 200 : 401 }

const diagnose = async (url: string, env: NodeJS.ProcessEnv = {}) => {
  const unset = { GF_SECURITY_ADMIN_PASSWORD: '' }
  const args = ['--url', await deadUrl(), '--no-prometheus', '--grafana', url]
  return (await doctorWith({ ...unset, ...env }, ...args)).checks
}

t.test('the default password in force is a warning', async (t) => {
  const { url } = await startServer(t, grafana('admin123'))
  const checks = await diagnose(url)
  t.match(checks['grafana'], `ok: version 12.0.0 answers at ${url}`)
  t.match(checks['grafana-password'], /^warn: the default, .* is in force/)
  t.match(checks['grafana-data-source'], /^ok: /)
})

t.test('another password: the wrong one is tried once, because five lock the account', async (t) => {
  const { url, asked } = await startServer(t, grafana('secret'))
  const checks = await diagnose(url)
  t.match(checks['grafana-password'], /^ok: the default is not in force/)
  t.match(checks['grafana-data-source'], /^skip: .*set GF_SECURITY_ADMIN_PASSWORD/)
  t.equal(asked.filter(({ login }) => login !== undefined).length, 1)
})

t.test('a password of the environment is sent as it is', async (t) => {
  for (const password of ['p%41ss', '50% off', 'a:b@c/d', 'ünï']) {
    const { url } = await startServer(t, grafana(password))
    const checks = await diagnose(url, { GF_SECURITY_ADMIN_PASSWORD: password })
    t.match(checks['grafana-data-source'], /^ok: /, password)
  }
})

t.test('a redirect is told, not followed: a login would not go along', async (t) => {
  const { url: there } = await startServer(t, grafana('admin123'))
  const { url } = await startServer(t, ({ path }) => ({ status: 302, location: there + path }))
  const checks = await diagnose(url)
  t.match(checks['grafana'], new RegExp(`^fail: ${url}/api/health: redirects to ${there}/api/health`))
  t.match(checks['grafana-password'], /^skip: /)
})

t.test('whoever is not Grafana is sent no password', async (t) => {
  const { url, asked } = await startServer(t, () => ({ status: 200, body: '<html>' }))
  const checks = await diagnose(url, { GF_SECURITY_ADMIN_PASSWORD: 'secret' })
  t.match(checks['grafana'], /^fail: .*not as a healthy Grafana does/)
  t.match(checks['grafana-password'], /^skip: /)
  t.match(checks['grafana-data-source'], /^skip: /)
  t.ok(asked.length > 0 && asked.every(({ login }) => login === undefined))
})

t.test('a flood instead of an answer ends the question', async (t) => {
  const { url } = await startServer(t, () => ({ status: 200, body: 'x'.repeat(65 * 1024 * 1024) }))
  t.match((await diagnose(url))['grafana'], /^fail: .*sends more than 64 MiB/)
})
