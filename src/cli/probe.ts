/** `roam probe`: one request, and everything that a look from outside can tell about it. */
import { Option } from 'commander'
import type { Command } from 'commander'
import { parseTimeoutArgument } from './arguments.ts'
import { readAuthority } from './probe/authority.ts'
import { explainProbeFailure } from './probe/failure.ts'
import { renderProbe } from './probe/render.ts'
import type { ProbeRequest, ProbeResult } from './probe/result.ts'
import { UserError } from './user-error.ts'

interface ProbeOptions {
  readonly http?: '1' | '2' | '3'
  readonly ca?: string
  readonly timeout: number
  readonly json: boolean
}

/** Adds the command. */
export function addProbe(program: Command): void {
  program
    .command('probe')
    .description('ask for a URL once, and show status, timings, round-trip time and certificate')
    .argument('<url>', 'https://host:port/path, or http:// for HTTP/1.1')
    .addOption(
      new Option('--http <version>', 'protocol (default: 3, or 1 for http://)').choices(['1', '2', '3']),
    )
    .option('--ca <file>', 'PEM of an authority to trust besides the usual ones')
    .addOption(
      new Option('--timeout <duration>', 'give up after')
        .argParser(parseTimeoutArgument)
        .default(10_000, '10s'),
    )
    .option('--json', 'for programs', false)
    .addHelpText(
      'after',
      '\nExit code: 0 when an answer came, whatever its status and certificate; 1 when none came.',
    )
    .action(async (url: string, options: ProbeOptions) => {
      const result = await probe(parseUrl(url), options)
      process.stdout.write(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : renderProbe(result))
    })
}

async function probe(url: URL, { http, ca, timeout }: ProbeOptions): Promise<ProbeResult> {
  const secure = url.protocol === 'https:'
  if (!secure && http !== undefined && http !== '1') {
    throw new UserError(`HTTP/${http} needs https://; http:// is HTTP/1.1 only`)
  }
  const request: ProbeRequest = {
    url,
    http: http ?? (secure ? '3' : '1'),
    ca: ca === undefined ? undefined : readAuthority(ca),
    timeoutMs: timeout,
  }
  try {
    if (request.http !== '3') return await (await import('./probe/tcp.ts')).probeTcp(request)
    return await (await import('./probe/quic.ts')).probeQuic(request)
  } catch (error) {
    throw explainProbeFailure(error, request)
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text)
  if (url !== null && (url.protocol === 'https:' || url.protocol === 'http:')) return url
  throw new UserError(`${text} cannot be probed: a URL starts with https:// or http:// and names a host`)
}
