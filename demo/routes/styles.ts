/** The demo page's looks; text in a module, so that a compiled demo needs no file beside it. */
export const STYLES = `:root { color-scheme: light dark; --ink: #1d2430; --paper: #f6f7f9; --card: #fff; --line: #dfe3ea; --accent: #0f6cbf }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --paper: #14181f; --card: #1c222c; --line: #313a48; --accent: #6cb4f5 } }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
header { padding: 1.5rem max(1.5rem, 50vw - 30rem); border-bottom: 1px solid var(--line); background: var(--card) }
header h1 { margin: 0; font-size: 1.4rem }
main { display: grid; gap: 1.25rem; padding: 1.5rem max(1.5rem, 50vw - 30rem) }
section { padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); overflow-x: auto }
h2 { margin: 0 0 .5rem; font-size: 1rem }
p { margin: .25rem 0 }
strong { color: var(--accent) }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top }
th { font-weight: 500; white-space: nowrap }
td { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
button, input { font: inherit; padding: .35rem .8rem; border: 1px solid var(--line); border-radius: .35rem; background: var(--paper); color: inherit }
button { cursor: pointer }
ol { display: flex; flex-wrap: wrap; gap: .35rem; margin: .75rem 0 0; padding: 0; list-style: none; font: .8rem ui-monospace, monospace }
ol li { padding: .1rem .45rem; border: 1px solid var(--line); border-radius: .3rem }
ol li.failed { border-color: #c33; color: #c33 }
`
