/** What an export leaves for node-exporter is what a real one shows. */
import t from 'tap'
import { EXPORTED_AT, writeTextfile } from '../../src/cli/baseline/textfile.ts'
import { skipWithout } from '../support/client-tools.ts'
import { findProgram, freePort, startDaemon, untilReady } from './support/daemon.ts'

const skip = skipWithout('prometheus-node-exporter', 'prometheus-node-exporter')

t.test('node-exporter shows when days were last exported', { skip }, async (t) => {
  const folder = t.testdir()
  writeTextfile(folder, new Date('2026-11-20T03:10:00.250Z'))
  const port = await freePort()
  const exporter = startDaemon(findProgram('prometheus-node-exporter'), [
    `--web.listen-address=127.0.0.1:${port}`,
    '--collector.disable-defaults',
    '--collector.textfile',
    `--collector.textfile.directory=${folder}`,
  ])
  t.teardown(() => exporter.close())
  const url = `http://127.0.0.1:${port}/metrics`
  await untilReady(exporter, url)
  const text = await (await fetch(url)).text()
  t.match(text, `# TYPE ${EXPORTED_AT} gauge\n${EXPORTED_AT} 1.79514420025e+09\n`)
  t.match(text, '\nnode_textfile_scrape_error 0\n')
})
