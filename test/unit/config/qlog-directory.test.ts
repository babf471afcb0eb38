import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../../src/config/load.ts'
import { yaml } from './support.ts'

const directory = t.testdir({ logs: {}, locked: {}, 'a-file': '' })
const file = join(directory, 'roam.yaml')
const loading = (qlogDir: string) => () => {
  writeFileSync(file, yaml({ quic: `{ qlogDir: ${qlogDir} }` }))
  return loadConfig(file).config.quic.qlogDir
}
t.equal(loading('logs')(), join(directory, 'logs'))
t.throws(loading('none'), { message: /roam\.yaml:4: quic\.qlogDir: .*none does not exist/ })
t.throws(loading('a-file'), { message: /quic\.qlogDir: .*a-file is not a directory$/ })
const isRoot = process.getuid?.() === 0
t.test('not writable', { skip: isRoot && 'root may write everywhere' }, async (t) => {
  chmodSync(join(directory, 'locked'), 0o500)
  t.throws(loading('locked'), { message: /quic\.qlogDir: .*locked may not be written by this user$/ })
})
