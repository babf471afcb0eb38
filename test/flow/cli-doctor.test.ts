import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ensureDevCertificates } from '../../src/cli/dev-ca/dev-certificates.ts'
import { issueAuthority, issueServer } from '../../src/cli/dev-ca/issue.ts'
import { deadUrl } from '../support/dead-url.ts'
import { startRoam } from '../support/roam.ts'
import { roam } from '../unit/cli/support.ts'
import { doctor } from './cli-doctor-support.ts'

/** Only Roam itself. */
const ALONE = ['--no-prometheus', '--no-grafana']

t.test('a Roam without a fault: nothing fails, exit code 0', async (t) => {
  const { origin, caFile } = await startRoam(t)
  const { code, checks, stderr } = await doctor('--url', origin, '--ca', caFile, ...ALONE)
  t.equal(code, 0, stderr)
  t.match(checks['metrics'], /^ok: .*\/metrics shows \d+ series in \d+ ms$/)
  t.match(checks['tls'], /^ok: .*CN=localhost is trusted and valid for \d+ more days$/)
  t.match(checks['http3'], /^ok: status 200 over HTTP\/3, round trip/)
  t.match(checks['clock'], /^ok: compared with this machine: Roam agrees$/)
  t.match(checks['socket-buffers'], /^ok: .*4194304|^warn: .* → sudo sysctl -w net\.core\..*=4194304/)
  t.match(checks['file-descriptors'], /^(?:ok|warn): Roam has \d+ open, of \d+/)
  t.equal(checks['rules'], 'skip: --no-prometheus')
  t.equal(checks['grafana'], 'skip: --no-grafana')
})

t.test('for people: a line each, words where there is no terminal', async (t) => {
  const { origin } = await startRoam(t)
  const { code, stdout, stderr } = await roam(['doctor', '--url', origin, ...ALONE])
  t.equal(code, 1)
  t.match(stdout, /^ok {7}Metrics +https:/)
  t.match(stdout, /\nFAILED {3}TLS trust +.*no known authority has signed it\n +→ .*certs\/dev-ca\.pem/)
  t.match(stdout, /\nskipped {2}Rules +--no-prometheus\n/)
  t.equal(stderr, 'roam: 1 of 16 checks failed\n')
})

t.test('metrics that are hidden from this address', async (t) => {
  const { origin, caFile } = await startRoam(t, { extra: 'metrics: { allow: [10.0.0.0/8] }' })
  const { code, checks } = await doctor('--url', origin, '--ca', caFile, ...ALONE)
  t.equal(code, 1)
  t.match(checks['metrics'], /^fail: .* answers 404 → .*metrics\.allow/)
  t.equal(checks['file-descriptors'], 'skip: Roam does not show its metrics')
  t.match(checks['tls'], /^ok:/, 'the others go on')
  t.match(checks['http3'], /^ok: status 404 over HTTP\/3/)
})

t.test('another authority than the one that signed', async (t) => {
  const { origin } = await startRoam(t)
  const { authority } = ensureDevCertificates(t.testdir())
  const { code, checks } = await doctor('--url', origin, '--ca', authority, ...ALONE)
  t.equal(code, 1)
  t.match(checks['tls'], /^fail: .*not trusted: no known authority .*given with --ca is not the one/)
  t.match(checks['metrics'], /^ok:/)
})

t.test('a name that the certificate is not for', async (t) => {
  const { port, caFile } = await startRoam(t)
  // Every address of the loopback network leads here; the certificate has the first one.
  const { checks } = await doctor('--url', `https://127.0.0.2:${port}`, '--ca', caFile, ...ALONE)
  t.match(
    checks['tls'],
    /^fail: .*for other names than this one → It is for .*localhost.*\. Pass --url with a name/,
  )
})

t.test('nothing is there at all', async (t) => {
  const [url, prometheus, grafana] = [await deadUrl(), await deadUrl(), await deadUrl()]
  const { code, checks, stderr } = await doctor(
    '--url',
    url,
    '--prometheus',
    prometheus,
    '--grafana',
    grafana,
  )
  t.equal(code, 1)
  t.equal(stderr, 'roam: 3 of 16 checks failed\n')
  t.match(checks['metrics'], /^fail: .*nothing listens on TCP port \d+ → Is Roam running/)
  t.match(checks['prometheus'], /^fail: .*nothing listens on TCP port \d+ → .*start-monitoring\.sh/)
  t.match(checks['grafana'], /^fail: .*nothing listens on TCP port \d+ → .*start-monitoring\.sh/)
  t.equal(checks['rules'], 'skip: Prometheus does not answer')
  t.equal(checks['file-descriptors'], 'skip: Roam does not answer')
  t.equal(checks['clock'], 'skip: neither Roam nor Prometheus tells its time')
})

t.test('a Prometheus whose certificate is not trusted', async (t) => {
  // Any server with a certificate of a private authority.
  const { origin, caFile } = await startRoam(t)
  const { checks } = await doctor('--url', origin, '--ca', caFile, '--prometheus', origin, '--no-grafana')
  t.match(
    checks['prometheus'],
    /^fail: .*not trusted: no known authority has signed it\. NODE_EXTRA_CA_CERTS=/,
  )
})

t.test('the configuration tells port, path and protocols', async (t) => {
  const { plainPort, port } = await startRoam(t, {
    protocols: ['h2', 'http/1.1'],
    extra: 'metrics: { path: /figures }',
  })
  const folder = t.testdir()
  const { cert, key } = ensureDevCertificates(join(folder, 'certificates')).site
  const file = join(folder, 'roam.yaml')
  writeFileSync(
    file,
    `listeners:
  - { address: "127.0.0.1:${plainPort}", protocols: [http/1.1] }
  - { address: ":${port}", protocols: [h2, http/1.1], certificates: [{ cert: "${cert}", key: "${key}" }] }
pools: { a: { backends: [{ id: b1, url: "http://127.0.0.1:1" }] } }
routes: [{ host: "*", path: /, pool: a }]
metrics: { path: /figures }
`,
  )
  const { checks } = await doctor('--config', file, ...ALONE)
  t.match(checks['metrics'], new RegExp(`^ok: https://localhost:${port}/figures shows`))
  t.equal(checks['http3'], 'skip: h3 is not among the protocols of this listener')
  const wrong = await roam(['doctor', '--config', join(folder, 'none.yaml')])
  t.match(wrong, { code: 1, stdout: '', stderr: /none\.yaml/ })
})

t.test(
  'the certificate is judged by the name that clients use: that of the first route with one',
  async (t) => {
    const folder = t.testdir()
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const authority = issueAuthority('an authority', ['site.example'])
    const site = issueServer(authority, ['site.example'])
    const certificate = { cert: write('site.pem', site.cert), key: write('site-key.pem', site.key) }
    const ca = write('ca.pem', authority.cert)
    const { port } = await startRoam(t, { certificate })
    const configured = (host: string): string =>
      write(
        'roam.yaml',
        `listeners:
  - { address: ":${port}", certificates: [{ cert: site.pem, key: site-key.pem }] }
pools: { a: { backends: [{ id: b1, url: "http://127.0.0.1:1" }] } }
routes: [{ pool: a }, { host: "*.example", pool: a }, { host: "${host}", pool: a }]
`,
      )
    let { checks } = await doctor('--config', configured('site.example'), '--ca', ca, ...ALONE)
    t.match(checks['tls'], /^ok: .*CN=site\.example is trusted/)
    ;({ checks } = await doctor('--config', configured('shop.example'), '--ca', ca, ...ALONE))
    t.match(
      checks['tls'],
      /^fail: .*other names.* → It is for site\.example\. Clients ask for shop\.example, as the routes say: .*certificates/,
    )
  },
)

t.test('mistyped arguments', async (t) => {
  t.match(await roam(['doctor', '--url', 'localhost:9443']), {
    code: 1,
    stderr: /starts with http:\/\/ or https:\/\//,
  })
  const secret = await roam(['doctor', '--url', 'https://me:secret@localhost:9443'])
  t.match(secret, { code: 1, stderr: /^roam: --url holds a user or password/ })
  t.notMatch(secret.stderr, /secret/)
  t.match(await roam(['doctor', '--timeout', '5']), { code: 1, stderr: /a duration such as/ })
  t.match(await roam(['doctor', '--ca', '/none.pem']), {
    code: 1,
    stderr: 'roam: /none.pem cannot be read (ENOENT)\n',
  })
})
