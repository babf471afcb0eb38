/** `roam init --preset moodle`: from flags, and questions for what they leave open, to a configuration. */
import { UserError } from '../user-error.ts'
import { recipeFor } from '../moodle/recipe.ts'
import { askAt } from './ask.ts'
import type { Ask, Terminal } from './ask.ts'
import { checkNodes, parseNode, parseWwwroot } from './moodle-answers.ts'
import type { MoodleAnswers, MoodleNode } from './moodle-answers.ts'

export interface MoodleFlags {
  readonly wwwroot?: string
  readonly node?: readonly string[]
  readonly cert?: string
  readonly key?: string
}

const CERT = 'certs/site.pem'
const KEY = 'certs/site-key.pem'

/** `terminal` undefined: nobody can be asked. Rejects with a UserError that names what is missing or wrong. */
export async function answersFrom(
  flags: MoodleFlags,
  terminal: Terminal | undefined,
): Promise<MoodleAnswers> {
  const { cert, key } = flags
  const wwwroot = flags.wwwroot === undefined ? undefined : parseWwwroot(flags.wwwroot)
  const nodes =
    flags.node === undefined
      ? undefined
      : checkNodes(flags.node.map((text, index) => parseNode(text, index + 1)))
  if (wwwroot !== undefined && nodes !== undefined)
    return { wwwroot, nodes, cert: cert ?? CERT, key: key ?? KEY }
  if (terminal === undefined) {
    const missing = [
      ...(wwwroot === undefined ? ['--wwwroot https://moodle.example'] : []),
      ...(nodes === undefined ? ['--node moodle-1=http://10.0.0.1:80 (once for each node)'] : []),
    ]
    throw new UserError(`--preset moodle needs ${missing.join(' and ')}; it asks for them at a terminal only`)
  }
  return askAt(terminal, async (ask) => ({
    wwwroot: wwwroot ?? (await ask('Address of the site, as in $CFG->wwwroot: ', parseWwwroot)),
    nodes: nodes ?? (await askNodes(ask)),
    cert: cert ?? (await ask(`Certificate, PEM with its chain [${CERT}]: `, (text) => text.trim() || CERT)),
    key: key ?? (await ask(`Its key [${KEY}]: `, (text) => text.trim() || KEY)),
  }))
}

async function askNodes(ask: Ask): Promise<readonly MoodleNode[]> {
  const nodes: MoodleNode[] = []
  for (;;) {
    const number = nodes.length + 1
    const hint = number === 1 ? 'name=URL or URL, such as http://10.0.0.1:80' : 'empty when that was all'
    const node = await ask(`Moodle node ${number} (${hint}): `, (text) => {
      if (text.trim() === '' && number > 1) return undefined
      const parsed = parseNode(text, number)
      checkNodes([...nodes, parsed])
      return parsed
    })
    if (node === undefined) return nodes
    nodes.push(node)
  }
}

/** What is to be done outside this machine's file. */
export function nextSteps({ wwwroot }: MoodleAnswers, file: string): string {
  const { name, lines, forbidden } = recipeFor(wwwroot)
  const width = Math.max(...lines.map(({ code }) => code.length))
  const kind = name === 'A' ? 'A (public port 443)' : `B (public port ${wwwroot.port})`
  const without = forbidden === undefined ? '' : `  and without    ${forbidden}\n`
  return `wrote ${file}: recipe ${kind}

config.php of every node, before require_once(…/lib/setup.php):
${lines.map(({ code, why }) => `    ${code.padEnd(width)}   // ${why}\n`).join('')}${without}
Then:
    roam check --config ${file}
    roam start --config ${file}
    roam doctor --config ${file}     # says what does not fit yet, and the line that mends it
docs/MOODLE.md goes through it step by step.
`
}
