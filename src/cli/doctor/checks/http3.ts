/** A real request over HTTP/3. The TCP side tells whether it was to be expected. */
import { explainProbeFailure } from '../../probe/failure.ts'
import { probeQuic } from '../../probe/quic.ts'
import type { ProbeRequest } from '../../probe/result.ts'
import { portOf } from '../../probe/target.ts'
import { UserError } from '../../user-error.ts'
import { fail, ok, skip, warn } from '../check.ts'
import type { Check, CheckResult } from '../check.ts'
import type { DoctorContext } from '../context.ts'

export const http3Check: Check = {
  id: 'http3',
  title: 'HTTP/3 over UDP',
  async run(context) {
    const { url, metricsPath, ca, timeoutMs, config } = context.options
    if (url.protocol === 'http:') return skip('--url is http://')
    const listener = config?.listeners.find(({ port }) => port === portOf(url))
    if (listener?.protocols.includes('h3') === false)
      return skip('h3 is not among the protocols of this listener')
    const request: ProbeRequest = { url: new URL(metricsPath, url), http: '3', ca, timeoutMs }
    const offered = await offeredPort(context)
    try {
      const { status, rtt } = await probeQuic(request)
      return judgeOffer(
        `status ${status} over HTTP/3, round trip ${(rtt * 1000).toFixed(1)} ms`,
        portOf(url),
        offered,
      )
    } catch (error) {
      const explained = explainProbeFailure(error, request)
      if (explained instanceof UserError) return fail(explained.message, adviseNoAnswer(portOf(url), offered))
      throw explained
    }
  },
}

/** Of Alt-Svc (RFC 7838); 0 where HTTP/3 is not offered, undefined where TCP does not answer. */
async function offeredPort({ answer }: DoctorContext): Promise<number | undefined> {
  try {
    const { headers } = await answer()
    return Number(/\bh3="[^"]*:(\d+)"/.exec(headers['alt-svc'] ?? '')?.[1] ?? 0)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function judgeOffer(found: string, port: number, offered: number | undefined): CheckResult {
  if (offered === undefined || offered === port) return ok(found)
  if (offered === 0) {
    return warn(
      `${found}, but no Alt-Svc offers it`,
      'Browsers will not find it. Switch altSvc of this listener on, unless a DNS record of type HTTPS does the same.',
    )
  }
  return warn(
    `${found}, but Alt-Svc sends browsers to port ${offered}`,
    `Right only where a NAT leads UDP port ${offered} to ${port}; ask from outside with --url https://<name>:${offered}. Else take out altSvc.advertisedPort.`,
  )
}

function adviseNoAnswer(port: number, offered: number | undefined): string {
  if (offered === undefined) return 'TCP does not answer either: see the check of the metrics.'
  if (offered === 0) {
    return 'TCP answers and offers no HTTP/3: h3 is not among the protocols of this listener. Add it, or pass --config to say that it is meant so.'
  }
  return `TCP answers and offers HTTP/3: something between here and there drops UDP. Open UDP port ${port} in both directions: firewall of the machine (nft, ufw), security group, container port (9443:9443/udp), load balancer in front.`
}
