/** An authority of a test's own, and certificates for localhost that follow each other in the same files. */
import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { issueAuthority, issueServer } from '../../src/cli/dev-ca/issue.ts'

export interface Authority {
  readonly files: { readonly cert: string; readonly key: string; readonly authority: string }
  /** Writes another certificate; its serial number. */
  renew(): string
}

const NAMES = ['localhost', '127.0.0.1']

/** In this folder. */
export function createAuthority(folder: string): Authority {
  const issuer = issueAuthority('test CA', NAMES)
  const files = {
    cert: join(folder, 'site.pem'),
    key: join(folder, 'site-key.pem'),
    authority: join(folder, 'authority.pem'),
  }
  writeFileSync(files.authority, issuer.cert)
  const renew = (): string => {
    const { cert, key } = issueServer(issuer, NAMES)
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, key, { mode: 0o600 })
    return new X509Certificate(cert).serialNumber
  }
  renew()
  return { files, renew }
}
