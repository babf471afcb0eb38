/**
 * Generated framing tricks: whatever Roam makes of a message, backend and client count the same requests, and the request
 * hidden in a body never becomes one of its own.
 */
import t from 'tap'
import { startRawApp } from '../support/raw-app.ts'
import { sendRaw } from '../support/raw-client.ts'
import { seeded } from '../support/random.ts'

const SEED = Number(process.env['FUZZ_SEED'] ?? 7)
const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 250)
const random = seeded(SEED)
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

/** Mostly the first two, so that some messages are good enough to go on. */
const often = (list: readonly string[]): string => pick(random() < 0.6 ? list.slice(0, 2) : list)

const NAMES = [
  'Transfer-Encoding',
  'transfer-encoding',
  'Transfer_Encoding',
  'Transfer-Encoding ',
  ' Transfer-Encoding',
  'Transfer-Encoding\t',
  'X: y\nTransfer-Encoding',
  'Transfer\0-Encoding',
  'TRANSFER-ENCODING',
  'Transfer-Encodin\u00e7',
]
const CODINGS = [
  'chunked',
  'Chunked',
  ' chunked',
  '\tchunked',
  '\x0bchunked',
  'chunked ',
  'xchunked',
  'chunked, identity',
  'identity, chunked',
  'identity',
  'chunked\r\n ',
  '"chunked"',
  "'chunked'",
  'chunked;q=1',
  'chunked, chunked',
  '',
  'chunked\x00',
  'gzip, chunked',
  'ch\u00fcnked',
]
const LENGTH_NAMES = [
  'Content-Length',
  'content-length',
  'Content_Length',
  'Content-Length ',
  'CONTENT-LENGTH',
  'Content-Length\x0b',
]
const LENGTHS = [
  '4',
  '46',
  '0',
  '5',
  '+4',
  '-1',
  '4, 4',
  '4,5',
  '0x4',
  '4\t',
  ' 4',
  '004',
  '4 4',
  '1e1',
  '',
  '99999999999999999999',
]
const ENDS = ['\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r']
const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: hidden.example\r\n\r\n'

function message(): string {
  const end = random() < 0.9 ? '\r\n' : pick(ENDS)
  const lines: string[] = [
    `${pick(['POST', 'POST', 'GET', 'PUT'])} /outer HTTP/${pick(['1.1', '1.1', '1.1', '1.0'])}`,
    'Host: roam.example',
  ]
  const fields = 1 + Math.floor(random() * 1.6)
  for (let i = 0; i < fields; i++) {
    lines.push(
      random() < 0.5 ? `${often(NAMES)}: ${often(CODINGS)}` : `${often(LENGTH_NAMES)}: ${often(LENGTHS)}`,
    )
  }
  if (random() < 0.2)
    lines.push(`Connection: ${pick(['Content-Length', 'Transfer-Encoding', 'close, Host', 'keep-alive'])}`)
  const body = pick([
    `0\r\n\r\n${HIDDEN}`,
    `${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`,
    HIDDEN,
    `4\r\nabcd\r\n0\r\n\r\n`,
    `0\n\n${HIDDEN}`,
  ])
  return `${lines.join('\r\n')}${end}\r\n${body}`
}

t.setTimeout(180_000)

await t.test(`seed ${SEED}`, async (t) => {
  const roam = await startRawApp()
  t.teardown(() => roam.close())
  let forwarded = 0
  for (let round = 0; round < ROUNDS; round++) {
    roam.backend.reset()
    const bytes = message()
    const answer = await sendRaw(
      roam.plainPort,
      [bytes, 'GET /last HTTP/1.1\r\nHost: roam.example\r\nConnection: close\r\n\r\n'],
      { pauseMs: 5, waitMs: 400 },
    )
    const served = answer.statuses.filter((status) => status === 200).length
    const upstream = roam.backend.requests
    const told = { bytes, statuses: answer.statuses, upstream }
    // A 400 for what follows may overtake answers that are not ready yet; the connection is closed behind it.
    const cut = answer.statuses.at(-1) === 400 && answer.closed
    if (served > upstream.length || (served < upstream.length && !cut))
      t.fail(`round ${round}: client and backend count differently`, told)
    forwarded += upstream.length
    for (const { head } of upstream) {
      const framing = head.match(/^(content-length|transfer-encoding):/gim) ?? []
      if (framing.length > 1) t.fail(`round ${round}: two framings upstream`, told)
      if (/^(?:GET|POST|PUT) \/hidden/.test(head) && !isMeant(bytes))
        t.fail(`round ${round}: the hidden request got through`, told)
      if (/[\0]|[^\r]\n|\r[^\n]/.test(head)) t.fail(`round ${round}: stray bytes upstream`, told)
    }
  }
  t.ok(forwarded > ROUNDS / 10, `${forwarded} requests went upstream`)
  t.ok(await roam.alive(), 'alive')
})

/** A message that plainly ends before the hidden request: then it is a second request, openly pipelined. */
function isMeant(bytes: string): boolean {
  const head = bytes.slice(0, bytes.indexOf('\r\n\r\n'))
  const chunked = /^transfer-encoding: *\t?chunked *$/im.test(head)
  return chunked ? bytes.includes('\r\n\r\n0\r\n\r\n') : !/^transfer-encoding:/im.test(head)
}
