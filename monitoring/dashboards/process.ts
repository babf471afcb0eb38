/** The process of Roam and the host that it runs on. */
import { type ClassicDashboard, dashboard, line, lowLine } from './dashboard.ts'
import * as changes from './process/changes.ts'
import * as facts from './process/facts.ts'
import * as host from './process/host.ts'
import * as node from './process/node.ts'

export function process(): ClassicDashboard {
  return dashboard({
    uid: 'roam-process',
    title: 'Roam: process and host',
    description:
      'What Roam may run out of. The menu of instances chooses processes; hosts are shown all, since ' +
      'node-exporter has an address of its own.',
    sections: [
      {
        title: 'What runs',
        lines: [lowLine(facts.version(), facts.uptime(), facts.configuration(), facts.certificates())],
      },
      {
        title: 'Process',
        lines: [
          line(node.cpu(), node.memory(), node.memoryShare()),
          line(node.eventLoop(), node.garbage(), node.heap()),
          line(node.overhead(), node.files(), node.log()),
        ],
      },
      {
        title: 'Changes while it runs',
        lines: [line(changes.reloads(), changes.takeovers(), changes.forwarded(), changes.adminCalls())],
      },
      {
        title: 'Host',
        lines: [
          line(host.cpu(), host.memory(), host.disk()),
          line(host.network(), host.files(), host.load(), host.udp()),
        ],
      },
    ],
  })
}
