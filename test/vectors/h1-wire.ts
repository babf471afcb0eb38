/**
 * HTTP/1 requests that only bytes can express. Rows as in requests.ts; the ideas of many cases come from the published
 * table of Http11Probe and from RFC 9112's own warnings.
 */

/** Bytes (latin1) and what must come back. */
export interface WireVector {
  readonly name: string
  readonly row: string
  readonly bytes: string | readonly string[]
  /** Any of these; the server must close after it. */
  readonly refused?: readonly number[]
  /** The final statuses of an accepted exchange, in order; what the backend must have seen in each request's body. */
  readonly answered?: readonly number[]
  readonly bodies?: readonly string[]
  /** Why Roam cannot do it yet: reported as a todo. */
  readonly gap?: string
}

/** What Node's parser takes and does not show; harmless, because every request is written anew towards the backend. */
const GAPS: Readonly<Record<string, string>> = {
  'two spaces after the method': 'the parser reads words, as RFC 9112 §3 allows',
  'three empty lines first': 'the parser ignores any number (RFC 9112 §2.2 asks for at least one)',
  'many chunk extensions': 'the parser caps extensions per chunk (16 KiB), not in total',
}

function withGap(vector: WireVector): WireVector {
  const gap = GAPS[vector.name]
  return gap === undefined ? vector : { ...vector, gap }
}

const GET = 'GET / HTTP/1.1\r\nHost: roam.example\r\n'
const POST = 'POST / HTTP/1.1\r\nHost: roam.example\r\n'
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`

const MALFORMED: readonly (readonly [string, string, string | readonly string[]])[] = [
  // Request line
  ['RFC 9112 §3', 'two spaces after the method', 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['RFC 9112 §3', 'tab after the method', 'GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['RFC 9112 §3', 'space before the method', ' GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['RFC 9112 §3', 'no version', 'GET /\r\nHost: a\r\n\r\n'],
  ['RFC 9112 §3', 'no target', 'GET HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['1.1', 'version 1.2', 'GET / HTTP/1.2\r\nHost: a\r\n\r\n'],
  ['1.1', 'version 2.0', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n'],
  ['1.1', 'version 0.9 by name', 'GET / HTTP/0.9\r\nHost: a\r\n\r\n'],
  ['1.1', 'version of two digits', 'GET / HTTP/1.10\r\nHost: a\r\n\r\n'],
  ['1.1', 'lower-case version', 'GET / http/1.1\r\nHost: a\r\n\r\n'],
  ['1.1', 'other protocol', 'GET / XTTP/1.1\r\nHost: a\r\n\r\n'],
  ['RFC 9112 §3', 'space behind the version', 'GET / HTTP/1.1 \r\nHost: a\r\n\r\n'],
  ['RFC 9112 §3', 'space inside the target', 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['RFC 9110 §9.1', 'lower-case method', 'get / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['RFC 9113 §3.4', 'HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['1.2/5', 'TLS on the plain port', '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03'],
  ['1.1', 'three empty lines first', '\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n'],
  // Lines and names
  ['1.1', 'bare LF behind a field', 'GET / HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n'],
  ['1.1', 'bare LF behind the request line', 'GET / HTTP/1.1\nHost: a\r\n\r\n'],
  ['1.1', 'bare LF all through', 'GET / HTTP/1.1\nHost: a\n\n'],
  ['1.1', 'bare CR in a value', `${GET}X-A: b\rX-B: c\r\n\r\n`],
  ['1.1', 'CR CR LF', `${GET}X-A: b\r\r\n\r\n`],
  ['1.1', 'NUL in a value', `${GET}X-A: b\0c\r\n\r\n`],
  ['1.1', 'NUL in a name', `${GET}X\0A: b\r\n\r\n`],
  ['1.1', 'NUL in the target', 'GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['1.1', 'obs-fold', `${GET}X-A: b\r\n c\r\n\r\n`],
  ['1.1', 'obs-fold with a tab', `${GET}X-A: b\r\n\tc\r\n\r\n`],
  ['1.1', 'obs-fold of the first field', 'GET / HTTP/1.1\r\n Host: a\r\n\r\n'],
  ['1.1', 'folded transfer-encoding', `${POST}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`],
  ['1.1', 'space before the colon', `${GET}X-A : b\r\n\r\n`],
  ['1.1', 'space before the colon of content-length', `${POST}Content-Length : 3\r\n\r\nabc`],
  [
    '1.1',
    'space before the colon of transfer-encoding',
    `${POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  ],
  ['RFC 9112 §5', 'no colon', `${GET}X-A\r\n\r\n`],
  ['RFC 9112 §5', 'no name', `${GET}: b\r\n\r\n`],
  // Framing
  ['1.2/1', 'CL.TE', `${POST}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG`],
  [
    '1.2/1',
    'TE.CL',
    `${POST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\nGPOST / HTTP/1.1\r\n\r\n0\r\n\r\n`,
  ],
  [
    '1.2/1',
    'TE.TE with a tab',
    `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding:\tx\r\n\r\n0\r\n\r\n`,
  ],
  [
    '1.2/1',
    'TE.TE with another name',
    `${POST}Transfer-Encoding: chunked\r\nTransfer-encoding: cow\r\n\r\n0\r\n\r\n`,
  ],
  ['1.2/1', 'identity, chunked', `${POST}Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n`],
  ['1.2/1', 'form feed before chunked', `${POST}Transfer-Encoding: \x0cchunked\r\n\r\n0\r\n\r\n`],
  ['1.2/1', 'quoted chunked', `${POST}Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n`],
  ['1.2/1', 'byte above ASCII behind chunked', `${POST}Transfer-Encoding: chunked\xff\r\n\r\n0\r\n\r\n`],
  [
    '1.2/2',
    'chunks on HTTP/1.0',
    'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['1.2/6', 'content-length twice', `${POST}Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc`],
  ['1.2/6', 'content-length with spaces inside', `${POST}Content-Length: 1 2\r\n\r\nabc`],
  ['1.2/6', 'content-length of another alphabet', `${POST}Content-Length: \xb3\r\n\r\nabc`],
  // Host
  ['1.2/7', 'no host', 'GET / HTTP/1.1\r\n\r\n'],
  ['1.2/7', 'host twice', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['1.2/7', 'host twice in two cases', 'GET / HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n'],
  ['1.2/7', 'empty host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n'],
  ['1.2/7', 'list of hosts', 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n'],
  ['1.2/7', 'host with user information', 'GET / HTTP/1.1\r\nHost: a@b\r\n\r\n'],
  ['1.2/7', 'ftp target', 'GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n'],
]

/** The head is fine, the body is not: what was read before may already be on its way, but the exchange must not succeed. */
const BAD_CHUNKS: readonly (readonly [string, string, string])[] = [
  ['1.1', 'LF as the end of a chunk line', `${CHUNKED}3\nabc\r\n0\r\n\r\n`],
  ['1.1', 'LF in a chunk extension', `${CHUNKED}3;a\nb\r\nabc\r\n0\r\n\r\n`],
  ['1.1', 'hexadecimal prefix', `${CHUNKED}0x3\r\nabc\r\n0\r\n\r\n`],
  ['1.1', 'chunk size that overflows', `${CHUNKED}FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n`],
  ['1.2/5', 'negative chunk size', `${CHUNKED}-3\r\nabc\r\n0\r\n\r\n`],
  ['1.2/5', 'no chunk size', `${CHUNKED}\r\nabc\r\n0\r\n\r\n`],
  ['1.2/5', 'space before the chunk size', `${CHUNKED} 3\r\nabc\r\n0\r\n\r\n`],
  ['1.2/5', 'chunk longer than its size', `${CHUNKED}2\r\nabc\r\n0\r\n\r\n`],
  ['1.2/5', 'LF behind chunk data', `${CHUNKED}3\r\nabc\n0\r\n\r\n`],
  ['1.2/5', 'CR alone behind a chunk size', `${CHUNKED}3\rabc\r\n0\r\n\r\n`],
  ['1.2/5', 'underscore in a chunk size', `${CHUNKED}1_0\r\nabc\r\n0\r\n\r\n`],
  ['1.2/5', 'endless chunk extension', `${CHUNKED}3;${'a'.repeat(40_000)}\r\nabc\r\n0\r\n\r\n`],
  ['1.2/5', 'many chunk extensions', `${CHUNKED}${'1;aaaaaaaa=bbbbbbbb\r\na\r\n'.repeat(4000)}0\r\n\r\n`],
  ['1.2/5', 'malformed trailer', `${CHUNKED}3\r\nabc\r\n0\r\nX A: b\r\n\r\n`],
  ['1.2/5', 'folded trailer', `${CHUNKED}3\r\nabc\r\n0\r\nX-A: b\r\n c\r\n\r\n`],
  [
    '1.2/8',
    'endless trailers',
    `${CHUNKED}3\r\nabc\r\n0\r\n${`X-A: ${'a'.repeat(1000)}\r\n`.repeat(40)}\r\n`,
  ],
]

const TAKEN: readonly WireVector[] = [
  { name: 'one empty line first', row: 'RFC 9112 §2.2', bytes: `\r\n${GET}\r\n`, answered: [200] },
  {
    name: 'white space around a value',
    row: 'RFC 9112 §5.1',
    bytes: `${GET}X-A: \t b \t\r\n\r\n`,
    answered: [200],
  },
  {
    name: 'no white space at all',
    row: 'RFC 9112 §5.1',
    bytes: 'GET / HTTP/1.1\r\nHost:a\r\n\r\n',
    answered: [200],
  },
  {
    name: 'chunks are framed anew',
    row: '1.2/5',
    bytes: `${CHUNKED}3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n`,
    answered: [200],
    bodies: ['abcde'],
  },
  {
    name: 'two requests in one packet',
    row: '1.2/3',
    bytes: `${POST}Content-Length: 3\r\n\r\nabc${GET}\r\n`,
    answered: [200, 200],
    bodies: ['abc', ''],
  },
  {
    name: 'a GET with a body, and what follows it',
    row: '1.2/3',
    bytes: `${GET}Content-Length: 5\r\n\r\nGET /${GET}\r\n`,
    answered: [200, 200],
    bodies: ['GET /', ''],
  },
  {
    name: 'expect 100-continue',
    row: '1.2/3',
    bytes: [`${POST}Content-Length: 3\r\nExpect: 100-continue\r\n\r\n`, 'abc'],
    answered: [100, 200],
    bodies: ['abc'],
  },
  {
    name: 'upgrade to h2c is not taken',
    row: '2.2/4',
    bytes: `${GET}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
    answered: [200],
  },
  {
    name: 'upgrade to a WebSocket is not taken yet',
    row: '1.2/4',
    bytes: `${GET}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    answered: [200],
  },
  {
    name: 'HTTP/1.0 with a length',
    row: 'RFC 9112 §6.3',
    bytes: 'POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc',
    answered: [200],
    bodies: ['abc'],
  },
]

export const WIRE_VECTORS: readonly WireVector[] = [
  ...MALFORMED.map(([row, name, bytes]): WireVector => ({ name, row, bytes, refused: [400, 505] })).map(
    withGap,
  ),
  {
    name: 'head beyond 16 KiB',
    row: '1.2/8',
    bytes: `${GET}X-A: ${'a'.repeat(20_000)}\r\n\r\n`,
    refused: [431],
  },
  {
    name: 'target beyond 16 KiB',
    row: '1.2/8',
    bytes: `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    refused: [414, 431],
  },
  {
    name: 'expect something else',
    row: '1.2/3',
    bytes: `${POST}Content-Length: 3\r\nExpect: 200-maybe\r\n\r\n`,
    refused: [417],
  },
  {
    name: 'CONNECT',
    row: '2.2/3',
    bytes: 'CONNECT evil.example:25 HTTP/1.1\r\nHost: evil.example:25\r\n\r\n',
    refused: [405],
  },
  ...TAKEN,
]

export const CHUNK_VECTORS: readonly WireVector[] = BAD_CHUNKS.map(([row, name, bytes]) =>
  withGap({ name, row, bytes, refused: [400, 413, 431, 502] }),
)
