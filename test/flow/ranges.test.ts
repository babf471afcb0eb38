import { ask, header } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

onEachProtocol('a part of a file is 206, a part beyond it 416', async (t, protocol) => {
  const roam = await startRoam(t)
  const path = '/pluginfile.php/5/mod_resource/content/1/lecture.mp4'
  const part = await ask(roam, protocol, { path, headers: { range: 'bytes=100-199' } })
  t.equal(part.status, 206)
  t.match(header(part.headers, 'content-range'), /^bytes 100-199\//)
  t.equal(part.bytes, 100)
  const beyond = await ask(roam, protocol, { path, headers: { range: 'bytes=99999999999-' } })
  t.equal(beyond.status, 416)
})
