import { ask, header } from '../support/client.ts'
import { onEachProtocol } from '../support/protocols.ts'
import { startRoam } from '../support/roam.ts'

onEachProtocol('HTTP/3 is offered on TCP, once', async (t, protocol) => {
  const roam = await startRoam(t)
  const { headers } = await ask(roam, protocol, { path: '/' })
  const offered = header(headers, 'alt-svc')
  t.equal(offered, protocol === 'h3' ? undefined : `h3=":${roam.port}"; ma=86400`)
})
