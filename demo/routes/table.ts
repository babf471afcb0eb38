/** Which path is answered by what. */
import type { Handler } from '../visit.ts'
import { bytes, pluginFile, sha256 } from './files.ts'
import { heartbeat, switchState } from './health.ts'
import { clientAddress, login, token, webservice } from './login.ts'
import { page, styles } from './page.ts'
import { broken, echo, hints, status, trailers } from './protocol.ts'
import { ajax, backup, delay, early, upload } from './work.ts'

/** Whole paths, and prefixes that end in a slash. */
const ROUTES: Readonly<Record<string, Handler>> = {
  '/': page,
  '/my/': page,
  '/theme/styles.php/': styles,
  '/login/index.php': login,
  '/login/token.php': token,
  '/webservice/rest/server.php': webservice,
  '/lib/ajax/service.php': ajax,
  '/lib/ajax/service-nologin.php': ajax,
  '/admin/tool/heartbeat/': heartbeat,
  '/pluginfile.php/': pluginFile,
  '/webservice/pluginfile.php/': pluginFile,
  '/backup/backup.php': backup,
  '/webservice/upload.php': upload,
  '/upload': upload,
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
