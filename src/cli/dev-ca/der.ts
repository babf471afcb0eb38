/** As much DER (X.690) as a certificate needs. Writing it takes a page; a library for it would bring ten packages. */

/** Tag numbers, constructed bit included. */
const TAG = {
  boolean: 1,
  integer: 2,
  bits: 3,
  octets: 4,
  oid: 6,
  utf8: 12,
  generalizedTime: 24,
  sequence: 48,
  set: 49,
}

/** Tag, length, content. */
export function tlv(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag]), length(body.length), body])
}

/** SEQUENCE */
export function sequence(...items: readonly Buffer[]): Buffer {
  return tlv(TAG.sequence, ...items)
}

/** SET */
export function set(...items: readonly Buffer[]): Buffer {
  return tlv(TAG.set, ...items)
}

/** A positive INTEGER from its big-endian bytes. */
export function integer(...bytes: readonly number[]): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const minimal = first === -1 ? [0] : bytes.slice(first)
  // The highest bit is the sign.
  return tlv(TAG.integer, Buffer.from((minimal[0] ?? 0) > 127 ? [0, ...minimal] : minimal))
}

/** BOOLEAN TRUE */
export function yes(): Buffer {
  return tlv(TAG.boolean, Buffer.from([255]))
}

/** OBJECT IDENTIFIER from `1.2.840.10045.4.3.2`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tlv(TAG.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** UTF8String */
export function utf8(text: string): Buffer {
  return tlv(TAG.utf8, Buffer.from(text))
}

/** BIT STRING; `unused` bits at the end do not count. */
export function bits(bytes: Uint8Array, unused = 0): Buffer {
  return tlv(TAG.bits, Buffer.from([unused]), Buffer.from(bytes))
}

/** OCTET STRING */
export function octets(content: Uint8Array): Buffer {
  return tlv(TAG.octets, Buffer.from(content))
}

/** Time as certificates write it: UTCTime until 2049 (RFC 5280 §4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return date.getUTCFullYear() < 2050
    ? tlv(23, Buffer.from(digits.slice(2)))
    : tlv(TAG.generalizedTime, Buffer.from(digits))
}

/** Context-specific tag [n] around other values. */
export function explicit(number: number, ...content: readonly Buffer[]): Buffer {
  return tlv(0xa0 + number, ...content)
}

/** Context-specific tag [n] in place of a primitive value's own. */
export function implicit(number: number, content: Uint8Array): Buffer {
  return tlv(0x80 + number, Buffer.from(content))
}

function length(bytes: number): Buffer {
  if (bytes < 128) return Buffer.from([bytes])
  const digits = bytes < 256 ? [bytes] : [bytes >> 8, bytes & 255]
  return Buffer.from([128 + digits.length, ...digits])
}

function base128(value: number): number[] {
  const digits = [value & 127]
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 127) | 128)
  return digits
}
