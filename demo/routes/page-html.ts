/** The demo page's text. */

/** What the page shows. */
export interface PageFacts {
  readonly backend: string
  /** '' for a guest. */
  readonly user: string
  readonly forwarded: readonly (readonly [string, string])[]
}

/** A whole HTML document. */
export function renderPage({ backend, user, forwarded }: PageFacts): string {
  const rows = forwarded.map(([name, value]) => `<tr><th>${escape(name)}<td>${escape(value)}`).join('\n')
  const who =
    user === '' ? 'You are not logged in.' : `You are logged in as <strong>${escape(user)}</strong>.`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Roam demo: ${escape(backend)}</title>
<link rel="stylesheet" href="/theme/styles.php/boost/1/all">
<header><h1>Roam demo</h1><p>A page that behaves like Moodle, behind the load balancer.</p></header>
<main>
<section>
<h2>This page</h2>
<p>answered by backend <strong>${escape(backend)}</strong>, over <strong id="protocol">…</strong></p>
<p>${who}</p>
<form method="post" action="/login/index.php"><input name="username" value="student" aria-label="User name"> <button>Log in</button></form>
</section>
<section>
<h2>One request a second</h2>
<p>Stop a backend, or change from one network to another, and watch what happens.</p>
<button id="ticker">Start</button>
<ol id="ticks"></ol>
</section>
<section>
<h2>What the backend was told</h2>
<table>
${rows}
</table>
</section>
</main>
<script>
const first = performance.getEntriesByType('navigation')[0]
document.querySelector('#protocol').textContent = first?.nextHopProtocol || 'an unknown protocol'
let timer
const tick = async () => {
  const item = document.createElement('li')
  const started = performance.now()
  const url = '/lib/ajax/service.php?info=core_tick&t=' + started
  try {
    const response = await fetch(url, { cache: 'no-store' })
    if (!response.ok) throw new Error(response.status)
    const { backend } = await response.json()
    const entry = performance.getEntriesByName(new URL(url, location).href)[0]
    item.textContent = backend + ' ' + (entry?.nextHopProtocol ?? '') + ' ' + Math.round(performance.now() - started) + ' ms'
  } catch (error) {
    item.className = 'failed'
    item.textContent = 'failed: ' + error.message
  }
  const ticks = document.querySelector('#ticks')
  ticks.prepend(item)
  if (ticks.children.length > 60) ticks.lastChild.remove()
}
document.querySelector('#ticker').onclick = (event) => {
  if (timer) clearInterval(timer)
  timer = timer ? undefined : setInterval(tick, 1000)
  event.target.textContent = timer ? 'Stop' : 'Start'
}
</script>
</html>
`
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character)
}
