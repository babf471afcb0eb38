import { stat } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'
import { type MarkdownFile, ROOT, markdownFiles, parseMarkdown } from './markdown.ts'

const files = await markdownFiles('*.md', 'docs/**/*.md', 'monitoring/**/*.md', 'bench/*.md')
const byPath = new Map(files.map((file) => [file.path, file]))

/** Why a link leads nowhere; undefined where it leads somewhere, or out of the repository. */
async function broken(file: MarkdownFile, link: string): Promise<string | undefined> {
  if (/^[a-z]+:/.test(link)) return undefined
  const [target = '', anchor] = link.split('#')
  const path = target === '' ? file.path : normalize(join(dirname(file.path), target))
  const exists = await stat(ROOT + path).catch(() => undefined)
  if (exists === undefined) return `${link}: there is no ${path}`
  if (anchor === undefined) return undefined
  return byPath.get(path)?.anchors.has(anchor) === true ? undefined : `${link}: ${path} has no such heading`
}

for (const file of files) {
  t.test(`every link in ${file.path} leads somewhere`, async (t) => {
    const found = await Promise.all(file.links.map((link) => broken(file, link)))
    t.same(
      found.filter((problem) => problem !== undefined),
      [],
    )
  })
}

t.test('a link to a missing file, and one to a missing heading, are found', async (t) => {
  const file = parseMarkdown(
    'docs/X.md',
    '[a](nowhere.md) [b](ERRORS.md#nothing) [c](ERRORS.md) [d](#there)\n\n# There',
  )
  const problems = await Promise.all(
    file.links.map((link) => broken(link === '#there' ? { ...file, path: 'README.md' } : file, link)),
  )
  t.match(problems, [/no docs\/nowhere\.md/, /no such heading/, undefined, /no such heading/])
})
