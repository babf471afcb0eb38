/** A certificate in a probe's words. */
import type { X509Certificate } from 'node:crypto'
import { certificateNames } from '../../config/certificates.ts'
import type { ProbedCertificate } from './result.ts'

/** Subject and issuer on one line each. */
export function describeCertificate(certificate: X509Certificate): ProbedCertificate {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: certificateNames(certificate),
    notBefore: certificate.validFromDate.toISOString(),
    notAfter: certificate.validToDate.toISOString(),
  }
}

function oneLine(name: string): string {
  return name.split('\n').join(', ')
}
