/** Issues X.509 certificates (RFC 5280) for development: EC P-256, signed with SHA-256, for one year. */
import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { DEVELOPMENT_ORGANIZATION } from '../../config/certificates.ts'
import { bits, explicit, implicit, integer, octets, oid, sequence, set, time, utf8, yes } from './der.ts'

const DAY_MS = 86_400_000
/** Browsers accept no more than 398 days. */
const LIFETIME_DAYS = 365
/** Clocks differ; a certificate of this second would be "not yet valid" on the neighbour's telephone. */
const BACKDATED_MS = 3_600_000

const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const

/** A certificate and its key, in PEM. */
export interface Issued {
  readonly cert: string
  readonly key: string
}

/**
 * A certificate authority that may vouch for these host names and for no other one, so that its key is worth little to a
 * thief. Addresses stay free: BoringSSL refuses every certificate under a constraint of addresses.
 */
export function issueAuthority(commonName: string, names: readonly string[], now = new Date()): Issued {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const hosts = names.filter((name) => isIP(name) === 0).map((name) => sequence(generalName(name)))
  return issue({
    subject: commonName,
    issuer: commonName,
    publicKey,
    privateKey,
    signingKey: privateKey,
    now,
    extensions: [
      extension(OID.basicConstraints, sequence(yes(), integer(0)), true),
      // keyCertSign and cRLSign.
      extension(OID.keyUsage, bits(Buffer.from([0b0000_0110]), 1), true),
      extension(OID.nameConstraints, sequence(explicit(0, ...hosts)), true),
      extension(OID.subjectKeyIdentifier, octets(keyIdentifier(publicKey))),
    ],
  })
}

/** A server's certificate for DNS names and addresses, signed by `authority`. */
export function issueServer(authority: Issued, names: readonly string[], now = new Date()): Issued {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const authorityKey = createPublicKey(authority.cert)
  return issue({
    subject: names[0] ?? '',
    issuer: commonNameOf(new X509Certificate(authority.cert)),
    publicKey,
    privateKey,
    signingKey: authority.key,
    now,
    extensions: [
      extension(OID.basicConstraints, sequence(), true),
      // digitalSignature.
      extension(OID.keyUsage, bits(Buffer.from([0b1000_0000]), 7), true),
      extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth))),
      extension(OID.subjectAltName, sequence(...names.map((name) => generalName(name)))),
      extension(OID.subjectKeyIdentifier, octets(keyIdentifier(publicKey))),
      extension(OID.authorityKeyIdentifier, sequence(implicit(0, keyIdentifier(authorityKey)))),
    ],
  })
}

interface Draft {
  readonly subject: string
  readonly issuer: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly signingKey: KeyObject | string
  readonly now: Date
  readonly extensions: readonly Buffer[]
}

function issue(draft: Draft): Issued {
  const algorithm = sequence(oid(OID.ecdsaWithSha256))
  const start = draft.now.getTime() - BACKDATED_MS
  const serial = randomBytes(16)
  // Never zero and never negative.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  const content = sequence(
    explicit(0, integer(2)),
    integer(...serial),
    algorithm,
    distinguishedName(draft.issuer),
    sequence(time(new Date(start)), time(new Date(start + LIFETIME_DAYS * DAY_MS))),
    distinguishedName(draft.subject),
    draft.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...draft.extensions)),
  )
  const certificate = sequence(content, algorithm, bits(sign('sha256', content, draft.signingKey)))
  return { cert: pem(certificate), key: draft.privateKey.export({ type: 'pkcs8', format: 'pem' }) }
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [yes()] : []), octets(value))
}

function distinguishedName(commonName: string): Buffer {
  const attribute = (id: string, text: string) => set(sequence(oid(id), utf8(text)))
  return sequence(
    attribute(OID.organization, DEVELOPMENT_ORGANIZATION),
    attribute(OID.commonName, commonName),
  )
}

/** GeneralName (RFC 5280 §4.2.1.6): a host name or an address. */
function generalName(name: string): Buffer {
  if (isIP(name) === 0) return implicit(2, Buffer.from(name))
  return implicit(7, Buffer.from(ipaddr.parse(name).toByteArray()))
}

function commonNameOf(certificate: X509Certificate): string {
  return /^CN=(.+)$/m.exec(certificate.subject)?.[1] ?? ''
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20)
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
