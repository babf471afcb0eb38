import { join } from 'node:path'
import t from 'tap'
import { startRoam } from '../support/roam.ts'
import { roam } from '../unit/cli/support.ts'

interface Probed {
  readonly protocol: string
  readonly status: number
  readonly timings: Readonly<Record<string, number | undefined>>
  readonly rtt: number
  readonly tls?: {
    readonly alpn: string
    readonly trusted: boolean
    readonly certificate: { readonly names: string[] }
  }
}

t.test('a probe tells status, timings, round trip and certificate over each protocol', async (t) => {
  const { port, plainPort, caFile } = await startRoam(t)
  for (const [version, protocol] of [
    ['1', 'http/1.1'],
    ['2', 'h2'],
    ['3', 'h3'],
  ] as const) {
    const args = ['probe', `https://localhost:${port}/`, '--http', version, '--ca', caFile, '--json']
    const { code, stdout, stderr } = await roam(args)
    t.equal(code, 0, stderr)
    const probed = JSON.parse(stdout) as Probed
    t.match(probed, { protocol, status: 200, tls: { version: 'TLSv1.3', alpn: protocol, trusted: true } })
    t.strictSame(probed.tls?.certificate.names, ['localhost', '127.0.0.1', '::1'])
    t.ok(probed.rtt > 0 && probed.rtt < 5, 'a round trip was measured')
    for (const step of ['handshake', 'timeToFirstByte', 'total']) t.ok(Number(probed.timings[step]) > 0, step)
  }
  const distrustful = await roam(['probe', `https://localhost:${port}/`, '--http', '3'])
  t.match(distrustful, {
    code: 0,
    stdout: /status +200 over h3.*\n[^]*trusted +no: no known authority has signed it\n/,
  })
  const overTcp = await roam(['probe', `https://localhost:${port}/`, '--http', '1'])
  t.match(overTcp.stdout, /trusted +no: no known authority has signed it\n/, 'the same words over TCP')
  const otherAddress = await roam(['probe', `https://127.0.0.2:${port}/`, '--http', '1', '--ca', caFile])
  t.match(otherAddress.stdout, /trusted +no: it is for other names than this one\n/)
  const otherOverQuic = await roam(['probe', `https://127.0.0.2:${port}/`, '--http', '3', '--ca', caFile])
  t.match(otherOverQuic.stdout, /trusted +no: it is for other names than this one\n/)
  const plain = await roam(['probe', `http://localhost:${plainPort}/status/404`])
  t.match(plain, { code: 0, stdout: /status +404 over http\/1\.1/ }, 'any answer is an answer')
  t.notMatch(plain.stdout, /TLS|trusted/)
})

t.test('no answer is one clear line', async (t) => {
  const said = async (...args: string[]) => {
    const { code, stdout, stderr } = await roam(['probe', ...args])
    t.strictSame({ code, stdout }, { code: 1, stdout: '' })
    return stderr
  }
  t.equal(
    await said('https://127.0.0.1:1/', '--http', '1'),
    'roam: https://127.0.0.1:1/: nothing listens on TCP port 1\n',
  )
  t.equal(
    await said('https://127.0.0.1:1/', '--http', '3'),
    'roam: https://127.0.0.1:1/: nothing listens on UDP port 1\n',
  )
  t.equal(
    await said('http://127.0.0.1:1/', '--http', '2'),
    'roam: HTTP/2 needs https://; http:// is HTTP/1.1 only\n',
  )
  t.equal(
    await said('ftp://x/'),
    'roam: ftp://x/ cannot be probed: a URL starts with https:// or http:// and names a host\n',
  )
  const ca = join(t.testdir({ 'ca.pem': 'words' }), 'ca.pem')
  t.equal(await said('https://127.0.0.1:1/', '--ca', ca), `roam: ${ca} holds no PEM certificate\n`)
  const { plainPort } = await startRoam(t)
  const url = `https://127.0.0.1:${plainPort}/`
  t.equal(await said(url, '--http', '1'), `roam: ${url}: port ${plainPort} does not speak TLS; try http://\n`)
})
