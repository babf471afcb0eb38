/** Which path is answered by what. */
import { addressed, gated } from '../gate.ts'
import { underLock } from '../lock.ts'
import type { Handler } from '../visit.ts'
import { bytes, pluginFile, sha256 } from './files.ts'
import { heartbeat, switchState } from './health.ts'
import { clientAddress, login, token, webservice } from './login.ts'
import { page, styles } from './page.ts'
import { broken, echo, hints, status, trailers } from './protocol.ts'
import { ajax, backup, delay, early, stream, upload } from './work.ts'

/** Moodle's pages: whole paths, and prefixes that end in a slash. */
const PAGES: Readonly<Record<string, Handler>> = {
  '/': underLock(page),
  '/my/': underLock(page),
  '/login/index.php': underLock(login),
  '/login/token.php': token,
  '/webservice/rest/server.php': webservice,
  '/lib/ajax/service.php': ajax,
  '/lib/ajax/service-nologin.php': ajax,
  // Starting an attempt costs time under the session's lock, and that is all that a load balancer sees of it.
  '/mod/quiz/': ajax,
  '/pluginfile.php/': pluginFile,
  '/draftfile.php/': pluginFile,
  '/tokenpluginfile.php/': pluginFile,
  '/webservice/pluginfile.php/': pluginFile,
  '/backup/backup.php': backup,
  '/webservice/upload.php': upload,
}

/** What answers whatever its address and state. */
const TOOLS: Readonly<Record<string, Handler>> = {
  '/theme/styles.php/': styles,
  '/admin/tool/heartbeat/': addressed(heartbeat),
  '/upload': upload,
  '/stream/': stream,
  '/demo/state': switchState,
  '/client-address': clientAddress,
  '/bytes/': bytes,
  '/sha256/': sha256,
  '/echo': echo,
  '/status/': status,
  '/delay/': delay,
  '/early': early,
  '/hints': hints,
  '/trailers': trailers,
  '/broken/': broken,
}

const ROUTES: Readonly<Record<string, Handler>> = {
  ...Object.fromEntries(Object.entries(PAGES).map(([path, handler]) => [path, gated(handler)])),
  ...TOOLS,
}

/** The handler of a path: an exact entry, else the longest prefix. */
export function handlerFor(path: string): Handler | undefined {
  const exact = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined
  if (exact !== undefined) return exact
  const prefixes = Object.keys(ROUTES).filter(
    (key) => key !== '/' && key.endsWith('/') && path.startsWith(key),
  )
  const longest = prefixes.toSorted((a, b) => b.length - a.length)[0]
  return longest === undefined ? undefined : ROUTES[longest]
}
