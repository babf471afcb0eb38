/** The questions of `roam init --preset moodle`, on streams in place of a terminal. */
import { PassThrough } from 'node:stream'
import t from 'tap'
import { answersFrom } from '../../src/cli/init/moodle.ts'

/** Gives each answer when its question has been asked. */
function person(...answers: readonly string[]) {
  const input = new PassThrough()
  const output = new PassThrough()
  const left = [...answers]
  let shown = ''
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString()
    // Questions end in ": "; whatever else is shown wants no answer.
    if (!/: $/.test(chunk.toString())) return
    const answer = left.shift()
    if (answer === undefined) input.end()
    else input.write(`${answer}\n`)
  })
  return { input, output, shown: () => shown }
}

t.test('asks for what is missing, again where an answer cannot be right', async (t) => {
  const terminal = person(
    'moodle.example',
    'https://moodle.example',
    'm1=http://10.0.0.1',
    'm1=http://10.0.0.2',
    'http://10.0.0.2',
    '',
    '',
    'keys/own.pem',
  )
  const { wwwroot, nodes, cert, key } = await answersFrom({}, terminal)
  t.equal(wwwroot.href, 'https://moodle.example/')
  t.strictSame(
    nodes.map(({ id, url }) => `${id} ${url.origin}`),
    ['m1 http://10.0.0.1', 'moodle-2 http://10.0.0.2'],
  )
  t.strictSame({ cert, key }, { cert: 'certs/site.pem', key: 'keys/own.pem' })
  t.match(terminal.shown(), /is no URL; it is such as https:/)
  t.match(terminal.shown(), /two nodes are called m1/)
})

t.test('what flags say is not asked', async (t) => {
  const terminal = person('m1=http://10.0.0.1', '', '', '')
  await answersFrom({ wwwroot: 'https://moodle.example' }, terminal)
  t.notMatch(terminal.shown(), /wwwroot/)
})

t.test('somebody who leaves', async (t) => {
  await t.rejects(answersFrom({}, person('https://moodle.example')), /^nothing was written/)
  for (const key of ['\u0003', '\u0004']) {
    const input = new PassThrough()
    const output = Object.assign(new PassThrough(), { isTTY: true })
    output.once('data', () => input.write(key))
    await t.rejects(answersFrom({}, { input, output }), {
      name: 'UserError',
      message: /^nothing was written/,
    })
  }
})
