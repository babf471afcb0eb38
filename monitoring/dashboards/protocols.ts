/** HTTP/1.1, HTTP/2 and HTTP/3 side by side, with what such a comparison cannot say. */
import { type ClassicDashboard, dashboard, line } from './dashboard.ts'
import { note } from './panels.ts'
import * as efficiency from './protocols/efficiency.ts'
import * as failures from './protocols/failures.ts'
import * as latency from './protocols/latency.ts'
import * as samples from './protocols/samples.ts'

export function protocols(): ClassicDashboard {
  return dashboard({
    uid: 'roam-protocols',
    title: 'Roam: protocols compared',
    description: 'What clients experience over each protocol. Read the note at the top before you conclude.',
    sections: [
      { lines: [line(caution(), samples.sideBySide())] },
      { title: 'Who is compared', lines: [line(samples.share(), samples.http3Share())] },
      {
        title: 'Latency',
        lines: [
          line(latency.firstByte(), latency.duration(), samples.counts()),
          line(latency.overhead(), latency.handshake(), latency.backends()),
          line(latency.byRouteClass()),
        ],
      },
      {
        title: 'Errors',
        lines: [line(failures.errors(), failures.clientErrors(), failures.aborts())],
      },
      {
        title: 'Efficiency',
        lines: [
          line(efficiency.responseBytes(), efficiency.requestBytes()),
          line(efficiency.requestsPerConnection(), efficiency.packetsPerRequest()),
        ],
      },
    ],
  })
}

function caution() {
  return note({
    title: 'How to read this page',
    description: 'Why a difference between protocols need not be caused by the protocol.',
    content: [
      '**A difference here is no proof.** Clients choose their protocol, so the groups differ:',
      '',
      '- First visits cannot use HTTP/3: a browser learns of it from an earlier response. Returning users ' +
        'have warm caches.',
      '- Networks that block UDP, old devices and most scripts stay on HTTP/2 or HTTP/1.1. Crawlers and ' +
        'scanners are among them.',
      '- The mix of pages differs: compare within one route class.',
      '- Under about 1000 requests of a protocol, p95 jumps by chance: look at the counts first.',
      '',
      'Times are taken at Roam: the way to the client is in the duration of big answers, hardly in the ' +
        'time to first byte. No difference is a result, too.',
    ].join('\n'),
  })
}
