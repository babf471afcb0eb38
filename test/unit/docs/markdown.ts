/** The project's Markdown files, and what the checks want to know of one. */
import { glob, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Marked, type Token, type Tokens } from 'marked'
import { githubAnchor } from '../../../scripts/generators/github-anchor.ts'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export interface MarkdownFile {
  /** From the repository's root. */
  readonly path: string
  readonly text: string
  readonly links: readonly string[]
  /** Fragments that can be linked to. */
  readonly anchors: ReadonlySet<string>
  /** Of fenced code, `lang` being the word after the fence. */
  code(lang: string): readonly string[]
  readonly italics: readonly string[]
}

/** Those that patterns from the root match. */
export async function markdownFiles(...patterns: readonly string[]): Promise<readonly MarkdownFile[]> {
  const paths: string[] = []
  for await (const path of glob(patterns, { cwd: ROOT, exclude: ['node_modules/**'] })) paths.push(path)
  return Promise.all(
    paths.sort().map(async (path) => parseMarkdown(path, await readFile(ROOT + path, 'utf8'))),
  )
}

export function parseMarkdown(path: string, text: string): MarkdownFile {
  const tokens: Token[] = []
  const marked = new Marked()
  marked.walkTokens(marked.lexer(text), (token) => void tokens.push(token))
  const all = <Type extends Tokens.Link | Tokens.Heading | Tokens.Code | Tokens.Em>(type: Type['type']) =>
    tokens.filter((token): token is Type => token.type === type)
  const taken = new Set<string>()
  for (const { text } of all<Tokens.Heading>('heading')) githubAnchor(text, taken)
  return {
    path,
    text,
    links: all<Tokens.Link>('link').map(({ href }) => href),
    anchors: taken,
    code: (lang) =>
      all<Tokens.Code>('code')
        .filter((block) => block.lang === lang)
        .map((block) => block.text),
    italics: all<Tokens.Em>('em').map(({ text }) => text),
  }
}
