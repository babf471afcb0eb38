import type { Vector } from './requests.ts'

const MULTIPLEXED = ['h2', 'h3'] as const

const METHOD = [':method', 'GET'] as const
const PATH = [':path', '/'] as const
const SCHEME = [':scheme', 'https'] as const
const AUTHORITY = [':authority', 'roam.example'] as const

const LISTS: readonly (readonly [string, readonly (readonly [string, string])[], number])[] = [
  ['no :method', [PATH, SCHEME, AUTHORITY], 400],
  ['no :path', [METHOD, SCHEME, AUTHORITY], 400],
  ['no :scheme', [METHOD, PATH, AUTHORITY], 400],
  ['nothing', [], 400],
  ['two :method', [METHOD, METHOD, PATH, SCHEME, AUTHORITY], 400],
  ['two :path', [METHOD, PATH, PATH, SCHEME, AUTHORITY], 400],
  ['two :scheme', [METHOD, PATH, SCHEME, SCHEME, AUTHORITY], 400],
  ['two :authority', [METHOD, PATH, SCHEME, AUTHORITY, AUTHORITY], 400],
  ['unknown pseudo-header', [METHOD, PATH, SCHEME, AUTHORITY, [':x', '1']], 400],
  [':status in a request', [METHOD, PATH, SCHEME, AUTHORITY, [':status', '200']], 400],
  ['upper-case pseudo-header', [METHOD, [':PATH', '/'], SCHEME, AUTHORITY], 400],
  ['late pseudo-header', [METHOD, PATH, SCHEME, ['x-a', '1'], AUTHORITY], 400],
  ['late second :path', [METHOD, PATH, SCHEME, AUTHORITY, ['x-a', '1'], [':path', '/b']], 400],
  [':protocol without CONNECT', [METHOD, PATH, SCHEME, AUTHORITY, [':protocol', 'websocket']], 400],
  ['extended CONNECT', [[':method', 'CONNECT'], PATH, SCHEME, AUTHORITY, [':protocol', 'websocket']], 405],
  ['CONNECT', [[':method', 'CONNECT'], AUTHORITY], 405],
  ['other scheme', [METHOD, PATH, [':scheme', 'ftp'], AUTHORITY], 400],
  ['scheme with a host', [METHOD, PATH, [':scheme', 'https://evil.example/?'], AUTHORITY], 400],
  ['line feed in :scheme', [METHOD, PATH, [':scheme', 'https\n'], AUTHORITY], 400],
]

const METHODS: readonly (readonly [string, string, number])[] = [
  ['space', 'GET /x', 400],
  ['line feed', 'GET\n', 400],
  ['empty', '', 400],
  ['bracket', 'GE(T', 400],
  ['byte above ASCII', 'G\xcbT', 400],
  ['TRACE', 'TRACE', 405],
]

/** Pseudo-headers and methods. */
export const PSEUDO_VECTORS: readonly Vector[] = [
  ...LISTS.map(([name, list, outcome]): Vector => ({ name, row: '2.1', on: MULTIPLEXED, list, outcome })),
  ...METHODS.map(([name, method, outcome]): Vector => ({
    name: `method: ${name}`,
    row: '2.1',
    method,
    outcome,
  })),
  {
    name: 'method: CONNECT',
    row: '2.2/3',
    on: ['http/1.1'],
    method: 'CONNECT',
    target: 'roam.example:443',
    outcome: 405,
  },
  { name: 'method: one of our own', row: 'RFC 9110 §16.1', method: 'REPORT', outcome: {} },
]
