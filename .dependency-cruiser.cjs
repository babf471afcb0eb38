/** The import table of docs/ARCHITECTURE.md: data goes from stage to stage, imports do not. */
const stages = [
  'http',
  'listener',
  'request',
  'router',
  'balancer',
  'breaker',
  'upstream',
  'telemetry',
  'takeover',
  'admin',
  'config',
  'core',
  'cli',
]

/** A folder under src/ and the folders it may import besides itself; `types` are imports that vanish at run time. */
const table = {
  core: [],
  http: ['core'],
  config: ['core'],
  listener: ['core', 'http'],
  request: ['core', 'http'],
  router: ['core'],
  balancer: ['core'],
  breaker: ['core'],
  upstream: ['core'],
  telemetry: ['core'],
  takeover: ['core', 'listener'],
  admin: ['core'],
}
/** Stages read their settings as types of config/types.ts; that file holds nothing else. */
const CONFIG_TYPES = '^src/config/types\\.ts$'

/** Libraries and their only importers. */
const owners = {
  opossum: ['breaker'],
  undici: ['upstream'],
  'prom-client': ['telemetry'],
  'js-yaml': ['config'],
  zod: ['config', 'admin'],
  commander: ['cli'],
}

module.exports = {
  forbidden: [
    ...Object.entries(table).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      comment: `src/${folder} may import: ${[folder, ...allowed].join(', ')} (docs/ARCHITECTURE.md)`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: {
        path: `^src/(${stages.filter((one) => one !== folder && !allowed.includes(one)).join('|')}|app/|main\\.ts)`,
        pathNot: CONFIG_TYPES,
      },
    })),
    ...Object.entries(owners).map(([library, importers]) => ({
      name: `only-${importers.join('-and-')}-imports-${library}`,
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${importers.join('|')})/` },
      to: { path: `node_modules/${library}/` },
    })),
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
}
