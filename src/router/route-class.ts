/** What kind of page a request is for, by Moodle's scripts: for metrics and objectives, never for routing. */
import type { RouteClass } from '../core/events.ts'
import type { ClassifyRoute } from '../core/ports.ts'

/**
 * Scripts by their name, or by folder and name where the name alone says too little. A folder before them is allowed
 * (Moodle under /moodle), and so is a path after them, which is how Moodle names files.
 */
const SCRIPTS: ReadonlyMap<string, RouteClass> = new Map([
  ['theme/styles.php', 'static'],
  ['theme/image.php', 'static'],
  ['theme/font.php', 'static'],
  ['lib/javascript.php', 'static'],
  ['lib/requirejs.php', 'static'],
  ['pluginfile.php', 'file'],
  ['tokenpluginfile.php', 'file'],
  ['draftfile.php', 'file'],
  ['ajax/service.php', 'ajax'],
  ['ajax/service-nologin.php', 'ajax'],
  ['rest/server.php', 'webservice'],
  ['login/token.php', 'webservice'],
  ['webservice/upload.php', 'upload'],
  ['quiz/startattempt.php', 'quiz'],
  ['quiz/attempt.php', 'quiz'],
  ['quiz/processattempt.php', 'quiz'],
  ['quiz/autosave.ajax.php', 'quiz'],
  ['quiz/summary.php', 'quiz'],
  ['quiz/review.php', 'quiz'],
])

/** Moodle's health page, which load balancers and monitors ask for. */
const HEALTH = '/admin/tool/heartbeat/'

/** The quiz comes before uploads: Moodle sends every page of an attempt as multipart/form-data. */
export const classifyRoute: ClassifyRoute = ({ method, path, fields }) => {
  const script = scriptOf(path)
  const known = script === undefined ? undefined : classOfScript(script)
  if (known) return known
  if (method === 'POST' && isMultipart(fields)) return 'upload'
  if (path.includes(HEALTH)) return 'other'
  if (script !== undefined || isFolder(path)) return method === 'GET' || method === 'POST' ? 'page' : 'other'
  return method === 'GET' || method === 'HEAD' ? 'static' : 'other'
}

/** The path up to its first `.php`; undefined where it names no script. */
function scriptOf(path: string): string | undefined {
  const inside = path.indexOf('.php/')
  if (inside >= 0) return path.slice(0, inside + '.php'.length)
  return path.endsWith('.php') ? path : undefined
}

function classOfScript(script: string): RouteClass | undefined {
  const name = script.lastIndexOf('/') + 1
  const folder = script.lastIndexOf('/', name - 2) + 1
  return SCRIPTS.get(script.slice(folder)) ?? SCRIPTS.get(script.slice(name))
}

/** No file name at its end, as far as can be told from outside: a name without a dot is a folder too. */
function isFolder(path: string): boolean {
  return !path.includes('.', path.lastIndexOf('/'))
}

function isMultipart(fields: readonly string[]): boolean {
  for (let index = 0; index < fields.length; index += 2) {
    if (fields[index] !== 'content-type') continue
    return /^\s*multipart\/form-data\s*(;|$)/i.test(fields[index + 1] ?? '')
  }
  return false
}
