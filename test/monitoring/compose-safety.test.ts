/** What no service of the stack may do: float, listen to the world, write where it need not, hold rights it need not. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { composeFile } from './support/compose.ts'

/** Parts whose address stands in a file of their own. */
const LISTENS_BY_FILE: Readonly<Record<string, string>> = { loki: 'monitoring/loki/loki.yml' }
/** Nothing in their images can ask. */
const WITHOUT_HEALTH_CHECK = [
  'alloy',
  'php-fpm-exporter',
  'redis-exporter',
  'mysqld-exporter',
  'postgres-exporter',
]

for (const [name, service] of Object.entries(composeFile().services)) {
  t.test(name, async (t) => {
    t.match(service.image, /:v?\d+\.\d+\.\d+$/, 'a version, not a floating tag')
    t.equal(service.image.split('/').length, 2, 'from the registry that Docker itself knows')
    t.equal(service.read_only, true)
    t.same(service.cap_drop, ['ALL'])
    t.equal(service.restart, 'unless-stopped')
    t.match(service.user, /^\d+:\d+$/)
    t.equal(service.network_mode, 'host')

    const own = LISTENS_BY_FILE[name]
    const words = [
      ...(service.command ?? []),
      ...Object.entries(service.environment ?? {}).map(([key, value]) => `${key}=${value}`),
      ...(own === undefined
        ? []
        : readFileSync(fileURLToPath(new URL(`../../${own}`, import.meta.url)), 'utf8').split('\n')),
    ]
    const listens = words.filter((word) => /listen.?addr|HTTP_ADDR|LISTEN_ADDRESS|listen_address/i.test(word))
    t.not(listens.length, 0, 'it is told where to listen')
    for (const word of listens) t.match(word, /127\.0\.0\.1|cluster\.listen-address=/, word)

    const checked = service.healthcheck !== undefined
    t.equal(checked, !WITHOUT_HEALTH_CHECK.includes(name), 'a health check')
  })
}
