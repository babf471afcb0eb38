/** The transport: handshakes, paths, migrations, and how connections end. */
import { type ClassicDashboard, dashboard, line } from './dashboard.ts'
import * as endings from './quic/endings.ts'
import * as handshakes from './quic/handshakes.ts'
import * as migrations from './quic/migrations.ts'
import * as path from './quic/path.ts'

export function quic(): ClassicDashboard {
  return dashboard({
    uid: 'roam-quic',
    title: 'Roam: QUIC transport',
    description:
      'Every figure is the engine’s own count of real packets. The menu of networks chooses clients.',
    sections: [
      {
        title: 'Handshakes',
        lines: [
          line(handshakes.outcomes(), handshakes.failureShare(), handshakes.durations()),
          line(handshakes.resumed(), handshakes.halfOpen(), handshakes.earlyData()),
        ],
      },
      {
        title: 'Paths',
        lines: [
          line(path.loss(), path.packets(), path.bytes()),
          line(path.roundTrips(), path.roundTripsOverTime(), path.recovery()),
          line(path.window(), path.bandwidth(), path.mtu(), path.blocked()),
        ],
      },
      {
        title: 'Migrations',
        lines: [
          line(migrations.outcomes(), migrations.failureShare(), migrations.durations()),
          line(migrations.validations(), migrations.validationDurations(), migrations.recoveries()),
        ],
      },
      {
        title: 'How connections end, and what is refused',
        lines: [
          line(endings.reasons(), endings.drops(), endings.lifetimes()),
          line(endings.refused(), endings.droppedPackets(), endings.udpErrors()),
          line(endings.oddities(), endings.defects()),
        ],
      },
    ],
  })
}
