/** Whom Moodle takes its visitors for: with its default all of them have Roam's address. */
import { CLIENT_ADDRESS } from '../../moodle/recipe.ts'
import { fail, ok, skip } from '../check.ts'
import type { Check } from '../check.ts'
import { askSite } from '../moodle/ask.ts'
import { neededWwwroot, sitePath } from '../moodle/target.ts'

/** Moodle shows it to nobody from outside; the demo's backends do. */
const HOW_TO_SEE = `Moodle tells only its administrators: Site administration > Reports > Live logs. If the column IP address has Roam's address on every line, config.php needs ${CLIENT_ADDRESS}`
/** It cannot be seen either, so it is said each time. */
const SESSION_IP =
  'Leave tracksessionip off (Site administration > Security > Site security settings): a phone that changes network would be logged out'

export const moodleClientsCheck: Check = {
  id: 'moodle-clients',
  title: 'Moodle: clients',
  async run(context) {
    const { moodle, config } = context.options
    if (moodle === undefined) return skip('--moodle is not given')
    const wwwroot = neededWwwroot(moodle)
    const { status, body } = await askSite(context, wwwroot, sitePath(wwwroot, '/client-address'))
    const seen = status === 200 ? parseSeen(body) : undefined
    const proxies = config?.trustedProxies ?? []
    const ignore = proxies.length === 0 ? '' : ` $CFG->reverseproxyignore = '${proxies.join(',')}';`
    if (seen === undefined) return skip(`${HOW_TO_SEE}${ignore}. ${SESSION_IP}`)
    const found = `takes this machine for ${seen.taken}`
    if (seen.taken === seen.forwarded && seen.conf !== 3) return ok(`${found}. ${SESSION_IP}`)
    return fail(
      `${found}, the sender of the last connection; Roam told it ${seen.forwarded}`,
      `Everybody looks alike in logs, quiz restrictions and account lockout. In config.php: ${CLIENT_ADDRESS}${ignore}`,
    )
  },
}

interface Seen {
  readonly taken: string
  readonly forwarded: string
  readonly conf: unknown
}

function parseSeen(body: string): Seen | undefined {
  try {
    const { taken, 1: forwarded, getremoteaddrconf: conf } = JSON.parse(body) as Record<string, unknown>
    return typeof taken === 'string' && typeof forwarded === 'string' ? { taken, forwarded, conf } : undefined
  } catch {
    return undefined
  }
}
