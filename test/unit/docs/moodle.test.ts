/** docs/MOODLE.md says what `roam init` prints and the doctor wants. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { recipeFor } from '../../../src/cli/moodle/recipe.ts'

const page = readFileSync(new URL('../../../docs/MOODLE.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/```php\n(.*?)```/gs)].map(([, code = '']) => code.replace(/ +/g, ' '))

for (const address of ['https://moodle.example', 'https://moodle.example:9443']) {
  const { name, lines, forbidden, hostHeader } = recipeFor(new URL(address))
  const block = blocks.find((code) => code.startsWith(`// Recipe ${name}`)) ?? ''
  t.strictSame(
    block.match(/^\$CFG->.*?;/gm)?.toSorted(),
    lines.map(({ code }) => code).toSorted(),
    `config.php of recipe ${name}`,
  )
  if (forbidden !== undefined) t.notMatch(block, /reverseproxy =/)
  t.match(page, new RegExp(`${name}:[^|]*\`hostHeader: ${hostHeader}\``), `hostHeader of recipe ${name}`)
}
