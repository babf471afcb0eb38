import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { meetingPlace } from '../../../src/takeover/meeting-place.ts'

t.test('both processes work out the same path', async (t) => {
  const cwd = t.testdir({ 'roam.yaml': '', 'other.yaml': '', run: {} })
  const [file, other, link] = ['roam.yaml', 'other.yaml', 'link.yaml'].map((name) => join(cwd, name))
  symlinkSync(file!, link!)
  const env = { XDG_RUNTIME_DIR: join(cwd, 'run') }
  const path = meetingPlace(file!, env)
  t.equal(meetingPlace(link!, env), path, 'by another name of the same file')
  t.not(meetingPlace(other!, env), path, 'another configuration is another place')
  t.equal(dirname(path), join(cwd, 'run', 'roam'))
  t.equal(statSync(dirname(path)).mode & 0o777, 0o700)
  t.equal(dirname(meetingPlace(file!, {})), join(tmpdir(), `roam-${process.getuid!()}`))
})

t.test("systemd's directory comes first", async (t) => {
  const cwd = t.testdir({ 'roam.yaml': '', runtime: {} })
  const env = { RUNTIME_DIRECTORY: `${join(cwd, 'runtime')}:/run/other`, XDG_RUNTIME_DIR: cwd }
  t.equal(dirname(meetingPlace(join(cwd, 'roam.yaml'), env)), join(cwd, 'runtime'))
})

t.test('a directory that others may write to is refused', async (t) => {
  const cwd = t.testdir({ 'roam.yaml': '', file: '' })
  const open = join(cwd, 'open')
  mkdirSync(open)
  chmodSync(open, 0o777)
  const at = (folder: string) => () => meetingPlace(join(cwd, 'roam.yaml'), { RUNTIME_DIRECTORY: folder })
  t.throws(at(open), { message: `${open} can be written to by other users` })
  t.throws(at(join(cwd, 'file')), { message: `${join(cwd, 'file')} is no directory` })
  const link = join(cwd, 'link')
  symlinkSync(open, link)
  t.throws(at(link), { message: `${link} is no directory` })
})
