/** Every YAML file of the stack can be read: no key twice, no tab, one document at most. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CORE_SCHEMA, loadAll, mergeTag } from 'js-yaml'
import t from 'tap'

const root = fileURLToPath(new URL('../../', import.meta.url))
const files = globSync(['docker-compose.monitoring.yml', 'monitoring/**/*.yml'], { cwd: root })

t.ok(files.length > 10, 'they are found')
for (const file of files)
  t.test(file, async (t) => {
    const text = readFileSync(join(root, file), 'utf8')
    // None where every line is an example.
    const documents = loadAll(text, { schema: CORE_SCHEMA.withTags(mergeTag), filename: file })
    t.ok(documents.length <= 1, 'one document at most')
    t.notMatch(text, /\t| +$/m)
    t.match(text, /[^\n]\n$/)
  })
