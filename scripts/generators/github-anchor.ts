/**
 * The fragment under which GitHub offers a Markdown heading: lower case, punctuation gone, blanks as hyphens. `taken` holds
 * the anchors of the page so far, because the second of two equal headings gets `-1`.
 */
export function githubAnchor(heading: string, taken: Set<string> = new Set()): string {
  const plain = heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')
  let anchor = plain
  for (let count = 1; taken.has(anchor); count++) anchor = `${plain}-${count}`
  taken.add(anchor)
  return anchor
}
