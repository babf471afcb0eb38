/** Every setting is in monitoring/example.env and in use, and Grafana is set alike with containers and without. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { COMPOSE_FILE, composeFile } from './support/compose.ts'

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
const compose = read(COMPOSE_FILE)
const native = read('monitoring/lib/native.sh')

t.test('what is read is documented, what is documented is read', async (t) => {
  const documented = [...read('monitoring/example.env').matchAll(/^#([A-Z][A-Z0-9_]*)=/gm)].map(
    ([, name]) => name,
  )
  const interpolated = [...compose.matchAll(/\$\{([A-Z][A-Z0-9_]*)/g)].map(([, name]) => name)
  const passed = [...compose.matchAll(/^ +- ([A-Z][A-Z0-9_]*)$/gm)].map(([, name]) => name)
  // Compose's own.
  const used = new Set([...interpolated, ...passed, 'COMPOSE_PROFILES'])
  t.same([...new Set(documented)].sort(), [...used].sort())
})

t.test('the variables of render.sh reach the container', async (t) => {
  const rendered = new Set(read('monitoring/alertmanager/render.sh').match(/\bROAM_[A-Z_]+/g))
  const passed = [...compose.matchAll(/^ +- ([A-Z][A-Z0-9_]*)$/gm)].map(([, name]) => name)
  t.same([...rendered].sort(), passed.sort())
})

t.test('Grafana', async (t) => {
  const { services } = composeFile()
  const inContainer = Object.keys(services['grafana']?.environment ?? {})
  const withoutOne = [...native.matchAll(/^ +export ([A-Z_]+)=/gm)].map(([, name]) => name ?? '')
  // Where the image has its own paths.
  const byImage = /^GF_PATHS_|^GF_LOG_MODE$/
  t.same(withoutOne.filter((name) => !byImage.test(name)).sort(), inContainer.sort())
})
