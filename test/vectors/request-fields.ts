import type { Vector } from './requests.ts'

const H1 = ['http/1.1'] as const
const MULTIPLEXED = ['h2', 'h3'] as const

const BAD_NAMES: readonly (readonly [string, string])[] = [
  ['empty', ''],
  ['space inside', 'x y'],
  ['space behind', 'x-a '],
  ['colon', 'x:y'],
  ['line feed', 'x\ny'],
  ['carriage return and line feed', 'x\r\ny'],
  ['NUL', 'x\0y'],
  ['bracket', 'x(y)'],
  ['byte above ASCII', 'x\xe4'],
  ['tab', 'x\ty'],
]

const BAD_VALUES: readonly (readonly [string, string])[] = [
  ['line feed', 'a\nb'],
  ['carriage return', 'a\rb'],
  ['both and a field', 'a\r\nx-evil: 1'],
  ['NUL', 'a\0b'],
  ['escape', 'a\x1bb'],
  ['vertical tab', 'a\x0bb'],
  ['delete', 'a\x7fb'],
]

const DISGUISED: readonly string[] = [
  'x_forwarded_for',
  'x-forwarded_for',
  'x_forwarded-proto',
  'x.forwarded.for',
  'x_real_ip',
  'client_ip',
  'x_request_id',
  'content_length',
  'transfer_encoding',
]

const PROTECTED: readonly string[] = [
  'host',
  'cookie',
  'authorization',
  'content-length',
  'transfer-encoding',
  'x-forwarded-for',
  'X-Forwarded-Proto',
  'forwarded',
  'x-real-ip',
  'x-request-id',
]

const HOP: readonly (readonly [string, string])[] = [
  ['connection', 'keep-alive'],
  ['keep-alive', 'timeout=5'],
  ['proxy-connection', 'keep-alive'],
  ['upgrade', 'h2c'],
  ['upgrade', 'websocket'],
]

export const FIELD_VECTORS: readonly Vector[] = [
  ...BAD_NAMES.map(([name, field]): Vector => ({
    name: `field name: ${name}`,
    row: '2.1',
    fields: [[field, 'a']],
    outcome: 400,
  })),
  ...BAD_VALUES.map(([name, value]): Vector => ({
    name: `field value: ${name}`,
    row: '2.2/1',
    fields: [['x-a', value]],
    outcome: 400,
  })),
  ...[' a', 'a ', '\ta', 'a\t', ' '].flatMap((value): Vector[] => [
    {
      name: `white space around ${JSON.stringify(value)}`,
      row: 'RFC 9113 §8.2.1',
      on: MULTIPLEXED,
      fields: [['x-a', value]],
      outcome: 400,
    },
    {
      name: `white space around ${JSON.stringify(value)}`,
      row: 'RFC 9112 §5.1',
      on: H1,
      fields: [['x-a', value]],
      outcome: { fields: [['x-a', value.trim()]] },
    },
  ]),
  ...DISGUISED.map((name): Vector => ({
    name: `disguised name ${name}`,
    row: '1.2/10',
    fields: [[name, '1']],
    outcome: 400,
  })),
  ...PROTECTED.map((name): Vector => ({
    name: `connection nominates ${name}`,
    row: '1.2/9',
    on: H1,
    fields: [['connection', `close, ${name}`]],
    outcome: 400,
  })),
  ...HOP.flatMap(([name, value]): Vector[] => [
    {
      name: `${name}: ${value}`,
      row: 'RFC 9113 §8.2.2',
      on: MULTIPLEXED,
      fields: [[name, value]],
      outcome: 400,
    },
    { name: `${name}: ${value}`, row: '2.2/4', on: H1, fields: [[name, value]], outcome: { fields: [] } },
  ]),
  { name: 'upper-case name', row: 'RFC 9113 §8.2.1', on: MULTIPLEXED, fields: [['X-A', 'a']], outcome: 400 },
  {
    name: 'upper-case common name',
    row: 'RFC 9113 §8.2.1',
    on: MULTIPLEXED,
    fields: [['User-Agent', 'a']],
    outcome: 400,
  },
  {
    name: 'upper-case framing name',
    row: 'RFC 9113 §8.2.1',
    on: MULTIPLEXED,
    fields: [['CONTENT-LENGTH', '0']],
    outcome: 400,
  },
  {
    name: 'names in any case',
    row: 'RFC 9110 §5.1',
    on: H1,
    fields: [
      ['X-a', '1'],
      ['USER-agent', 'b'],
    ],
    outcome: {
      fields: [
        ['x-a', '1'],
        ['user-agent', 'b'],
      ],
    },
  },
  {
    name: 'framing name in odd letters',
    row: '1.2/6',
    on: H1,
    method: 'POST',
    hasBody: true,
    fields: [['CONTENT-length', '3']],
    outcome: { contentLength: 3, fields: [] },
  },
  { name: 'empty value', row: 'RFC 9110 §5.5', fields: [['x-a', '']], outcome: { fields: [['x-a', '']] } },
  {
    name: 'bytes above ASCII in a value',
    row: 'RFC 9110 §5.5',
    fields: [['x-a', 'caf\xc3\xa9']],
    outcome: { fields: [['x-a', 'caf\xc3\xa9']] },
  },
  {
    name: 'tab inside a value',
    row: 'RFC 9110 §5.5',
    fields: [['x-a', 'a\tb']],
    outcome: { fields: [['x-a', 'a\tb']] },
  },
  {
    name: '__proto__',
    row: '1.2/11',
    fields: [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ],
    outcome: {
      fields: [
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ],
    },
  },
  {
    name: 'harmless underscore',
    row: '1.2/10',
    fields: [['x_custom', '1']],
    outcome: { fields: [['x_custom', '1']] },
  },
  {
    name: 'order and repetition kept',
    row: 'RFC 9110 §5.3',
    fields: [
      ['x-a', '1'],
      ['x-b', '2'],
      ['x-a', '3'],
    ],
    outcome: {
      fields: [
        ['x-a', '1'],
        ['x-b', '2'],
        ['x-a', '3'],
      ],
    },
  },
  {
    name: 'empty cookie crumbs',
    row: 'RFC 9113 §8.2.3',
    fields: [
      ['cookie', ''],
      ['cookie', 'b=2'],
      ['cookie', ''],
    ],
    outcome: { fields: [['cookie', 'b=2']] },
  },
  {
    name: 'cookie crumbs',
    row: 'RFC 9113 §8.2.3',
    fields: [
      ['cookie', 'a=1'],
      ['x-a', '1'],
      ['cookie', 'b=2'],
      ['cookie', 'c=3'],
    ],
    outcome: {
      fields: [
        ['cookie', 'a=1; b=2; c=3'],
        ['x-a', '1'],
      ],
    },
  },
  { name: 'te: trailers', row: 'RFC 9113 §8.2.2', fields: [['te', 'trailers']], outcome: { fields: [] } },
  { name: 'te: gzip', row: 'RFC 9113 §8.2.2', on: MULTIPLEXED, fields: [['te', 'gzip']], outcome: 400 },
  { name: 'te: gzip', row: 'RFC 9110 §10.1.4', on: H1, fields: [['te', 'gzip']], outcome: { fields: [] } },
  { name: 'http2-settings', row: '2.2/4', fields: [['http2-settings', 'AAMAAABk']], outcome: { fields: [] } },
  {
    name: 'proxy-authorization',
    row: 'RFC 9110 §11.7.2',
    fields: [['proxy-authorization', 'Basic eDp5']],
    outcome: { fields: [] },
  },
  {
    name: 'connection nominates a field',
    row: '1.2/9',
    on: H1,
    fields: [
      ['connection', 'X-Hop, close'],
      ['x-hop', '1'],
      ['x-a', '2'],
    ],
    outcome: { fields: [['x-a', '2']] },
  },
  {
    name: 'two connection fields',
    row: '1.2/9',
    on: H1,
    fields: [
      ['connection', 'x-hop'],
      ['x-hop', '1'],
      ['x-hip', '1'],
      ['connection', 'x-hip'],
    ],
    outcome: { fields: [] },
  },
  {
    name: 'connection with an empty element',
    row: 'RFC 9110 §5.6.1',
    on: H1,
    fields: [['connection', ', close,,']],
    outcome: { fields: [] },
  },
  { name: 'connection with no token', row: '1.2/9', on: H1, fields: [['connection', 'a b']], outcome: 400 },
  {
    name: 'as many fields as allowed',
    row: '1.2/8',
    on: MULTIPLEXED,
    fields: Array.from({ length: 100 }, () => ['x-a', '1'] as const),
    outcome: {},
  },
  {
    name: 'too many fields',
    row: '1.2/8',
    fields: Array.from({ length: 101 }, () => ['x-a', '1'] as const),
    outcome: 431,
  },
  {
    name: 'too many cookie crumbs',
    row: '4/4',
    fields: Array.from({ length: 101 }, () => ['cookie', 'a'] as const),
    outcome: 431,
  },
  { name: 'field section too large', row: '1.2/8', fields: [['x-a', 'a'.repeat(16384)]], outcome: 431 },
]
