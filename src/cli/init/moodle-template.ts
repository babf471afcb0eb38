/** What `roam init --preset moodle` writes. */
import { isIPv6 } from 'node:net'
import { basePath, recipeFor, siteOf } from '../moodle/recipe.ts'
import type { Recipe } from '../moodle/recipe.ts'
import type { MoodleAnswers } from './moodle-answers.ts'

/** Jobs that say nothing for minutes; relative to where the site lives. */
const LONG_JOBS = [
  { path: '/admin', why: 'plugin checks, cron by web, upgrades' },
  { path: '/backup', why: 'backup and restore' },
  { path: '/course', why: 'import and reset of a course' },
]

/** What 100 PHP children work off in 30 s when each page takes 3 s: whoever waits is served. */
const QUEUED_A_NODE = 1000

/** `schema`: where an editor finds roam.schema.json, seen from the file. */
export function moodleTemplate(answers: MoodleAnswers, schema: string): string {
  const { wwwroot, nodes } = answers
  const recipe = recipeFor(wwwroot)
  const base = basePath(wwwroot)
  return `# yaml-language-server: $schema=${schema}
#
# Roam in front of Moodle at ${siteOf(wwwroot)}, recipe ${recipe.name} of docs/MOODLE.md.
# Every key is explained in docs/CONFIG.md; "roam check" says what is wrong with this file, "roam doctor" what is wrong with
# the site behind it. A running Roam takes changes over on SIGHUP, without losing a connection.

${listeners(answers)}
# Signs the affinity cookies. Made at the first start; it makes them outlive a restart. Several Roams share one.
secretFile: roam.secret

# Looking at pools, queues and connections, draining a node: this machine only; changes need the token.
admin: { address: 127.0.0.1:9901, tokenFile: admin.token }

pools:
  moodle:
    policy: least-requests
    backends:                           # maxRequests: about the PHP-FPM children of a node; the surplus waits in the queue
${nodes.map(({ id, url }) => `      - { id: ${id}, url: "${url.origin}", maxRequests: 100 }`).join('\n')}
${hostHeader(recipe)}
    health:
      path: ${quoted(`${base}/admin/tool/heartbeat/`)}   # the plugin tool_heartbeat; without ?fullcheck: one database would take every node down
      interval: 15s
      timeout: 5s
      unhealthyAfter: 2
      healthyAfter: 2
${healthHost(recipe, wwwroot)}
      # Maintenance mode is the whole site's: the heartbeat goes on with 200, and Moodle's own page tells people. Only where a
      # single node has a maintenance of its own is it to be taken out for it:
      # rejectBody: MAINTENANCE
    affinity:
      by: cookie                        # Roam's own, signed: it survives a login and a change of network
      cookie: roam_backend
      keys: [query:wstoken, header:authorization]    # the mobile app has a token and no cookie
    queue: { size: ${nodes.length * QUEUED_A_NODE}, timeout: 30s } # the start of a quiz; who is too many gets 503 with Retry-After
    slowStart: 30s                      # a node that comes back has cold caches
    panic: on                           # all checks fail: try every node rather than refuse everybody
    timeouts:
      connect: 2s
      firstByte: 130s                   # Moodle waits up to 120 s for the lock of a session
      idle: 60s
      total: none                       # downloads and backups take as long as they take
    # retries: { attempts: 1, budget: 20% }    # never a POST that a node has seen
    # Nodes with https:// are verified; "tls" names their authority (ca) and the name in their certificates (serverName).

# Other host names get 404: Moodle serves one name only. The label route_class of the metrics follows Moodle's paths.
routes:
  - { host: ${routeHost(wwwroot)}, path: ${quoted(base === '' ? '/' : base)}, pool: moodle }      # maxBody, such as 2GB, limits uploads; PHP has limits of its own
${LONG_JOBS.map(({ path, why }) => `  - { host: ${routeHost(wwwroot)}, path: ${quoted(base + path)}, pool: moodle, timeouts: { firstByte: 300s, idle: 300s } }   # ${why}`).join('\n')}

# Proxies in front of Roam (a CDN) whose X-Forwarded-* fields are believed. Put their ranges into $CFG->reverseproxyignore too.
# trustedProxies: []

# metrics:
#   allow: [loopback, private]          # clients that may read /metrics, /healthz and /readyz

# Names for client networks, at most 8: the label "network" of the transport metrics.
# networks: { campus: [10.20.0.0/16] }

# drainTimeout: 30s                     # after SIGTERM; longer where uploads are long
# reloadOnChange: off
`
}

function listeners({ wwwroot, cert, key }: MoodleAnswers): string {
  const secure = `listeners:
  - address: :${wwwroot.port === '' ? '443' : wwwroot.port}                       # every address; TCP, and UDP for HTTP/3: open both in the firewall
    protocols: [h3, h2, http/1.1]
    certificates:
      - { cert: ${quoted(cert)}, key: ${quoted(key)} }
    altSvc: { maxAge: 24h }             # tells browsers that HTTP/3 is here
`
  if (wwwroot.port !== '') return secure
  return `${secure}  - address: :80
    protocols: [http/1.1]
    redirectToHttps: on
`
}

function hostHeader({ name }: Recipe): string {
  return name === 'A'
    ? '    hostHeader: preserve                # $CFG->reverseproxy is not set: Moodle compares the name with wwwroot'
    : '    hostHeader: backend                 # $CFG->reverseproxy is true: Moodle wants its own name, never that of wwwroot'
}

function healthHost({ name }: Recipe, { hostname }: URL): string {
  return name === 'A'
    ? `      host: ${quoted(hostname)}   # to another name Moodle answers with a redirect, and the node would count as down`
    : '      # The checks carry the node’s own name, as every request does; that of wwwroot would make it look broken.'
}

/** A route knows no IPv6 literal. */
function routeHost({ hostname }: URL): string {
  return quoted(isIPv6(hostname.replace(/^\[|\]$/g, '')) ? '*' : hostname)
}

/** JSON's strings are YAML's. */
function quoted(text: string): string {
  return JSON.stringify(text)
}
