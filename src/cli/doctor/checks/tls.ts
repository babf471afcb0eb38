/** Browsers refuse QUIC with a certificate that they do not trust, without a warning page. */
import { OTHER_NAMES } from '../../../core/distrust.ts'
import { probeTcp } from '../../probe/tcp.ts'
import { explainProbeFailure } from '../../probe/failure.ts'
import type { ProbedCertificate, ProbeRequest } from '../../probe/result.ts'
import { UserError } from '../../user-error.ts'
import { fail, ok, skip, warn } from '../check.ts'
import type { Check, CheckResult } from '../check.ts'

/** As the alert CertificateExpiring. */
export const SOON_DAYS = 14
const DAY_MS = 86_400_000

export const tlsCheck: Check = {
  id: 'tls',
  title: 'TLS trust',
  async run({ options: { url, metricsPath, ca, timeoutMs, serverName } }) {
    if (url.protocol === 'http:') return skip('--url is http://')
    const request: ProbeRequest = { url: new URL(metricsPath, url), http: '1', ca, timeoutMs, serverName }
    try {
      const { tls } = await probeTcp(request)
      if (tls?.certificate === undefined)
        return fail('no certificate was shown', 'Configure certificates for this listener.')
      return tls.trusted
        ? judgeExpiry(tls.certificate)
        : judgeDistrust(tls.certificate, tls.distrust, ca, serverName)
    } catch (error) {
      // The check of the metrics reports what keeps TCP from answering.
      const explained = explainProbeFailure(error, request)
      if (explained instanceof UserError) return skip(explained.message)
      throw explained
    }
  },
}

function judgeExpiry({ subject, notAfter }: ProbedCertificate): CheckResult {
  const days = Math.floor((Date.parse(notAfter) - Date.now()) / DAY_MS)
  const found = `${subject} is trusted and valid for ${days} more days`
  if (days >= SOON_DAYS) return ok(found)
  return warn(
    found,
    'Renew it; Roam reads the new one at a reload (kill -HUP), or by itself with reloadOnChange: on.',
  )
}

function judgeDistrust(
  { subject, issuer, names }: ProbedCertificate,
  distrust = 'unknown reason',
  ca: string | undefined,
  serverName: string | undefined,
): CheckResult {
  return fail(
    `${subject}, issued by ${issuer}, is not trusted: ${distrust}`,
    `It is for ${names.join(', ')}. ${adviseTrust(distrust, ca, serverName)}`,
  )
}

function adviseTrust(distrust: string, ca: string | undefined, serverName: string | undefined): string {
  if (distrust === OTHER_NAMES) {
    return serverName === undefined
      ? 'Pass --url with a name that it is for, as clients use it.'
      : `Clients ask for ${serverName}, as the routes say: put a certificate for it under certificates of the listener.`
  }
  const authority =
    ca === undefined
      ? 'For a private authority pass its PEM with --ca; of the demo and of npm start it is certs/dev-ca.pem.'
      : 'The authority given with --ca is not the one that signed it.'
  return `${authority} A public certificate needs its whole chain in the file under cert.`
}
