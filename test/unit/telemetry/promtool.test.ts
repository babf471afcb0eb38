import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { REQUEST, SAMPLE, telemetry } from './support.ts'

const skip =
  spawnSync('promtool', ['--version']).status === 0 ? false : 'promtool is not installed (package prometheus)'

t.test('promtool finds nothing wrong with the text', { skip }, async (t) => {
  const { events, telemetry: made } = telemetry()
  events.emit('request:end', REQUEST)
  events.emit('transport:sample', {
    connection: 1,
    remoteAddress: '192.0.2.7',
    sample: { ...SAMPLE, rttSeconds: 0.1 },
  })
  const promtool = spawn('promtool', ['check', 'metrics'])
  let said = ''
  for (const stream of [promtool.stdout, promtool.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()))
  promtool.stdin.end(await made.render())
  const [code] = (await once(promtool, 'close')) as [number]
  t.equal(said, '')
  t.equal(code, 0)
})
