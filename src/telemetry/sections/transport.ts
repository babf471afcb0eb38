import { TRANSPORT } from '../catalogue/transport.ts'
import { followEngine } from '../engine.ts'
import { type Section, remember } from '../section.ts'
import type { HistogramSeries } from '../series.ts'

/** The engine says 0 for a level that it does not know yet. */
function observeKnown(series: HistogramSeries, level: number): void {
  if (level > 0) series.observe(level)
}

/** QUIC's packets: counts arrive as what was added since a connection's last sample, levels as they are now. */
export function measureTransport(section: Section): void {
  measureSamples(section)
  measureEndpoint(section)
}

function measureSamples(section: Section): void {
  const { on, metrics, networkOf } = section
  const packetsSent = metrics.counter(TRANSPORT.packetsSent)
  const packetsReceived = metrics.counter(TRANSPORT.packetsReceived)
  const packetsLost = metrics.counter(TRANSPORT.packetsLost)
  const packetsRetransmitted = metrics.counter(TRANSPORT.packetsRetransmitted)
  const bytesSent = metrics.counter(TRANSPORT.bytesSent)
  const bytesReceived = metrics.counter(TRANSPORT.bytesReceived)
  const rtt = metrics.histogram(TRANSPORT.rtt)
  const congestionWindow = metrics.histogram(TRANSPORT.congestionWindow)
  const bandwidth = metrics.histogram(TRANSPORT.bandwidth)
  const pathMtu = metrics.histogram(TRANSPORT.pathMtu)
  const seriesOf = remember(section, (network) => ({
    packetsSent: packetsSent.labels({ network }),
    packetsReceived: packetsReceived.labels({ network }),
    packetsLost: packetsLost.labels({ network }),
    packetsRetransmitted: packetsRetransmitted.labels({ network }),
    bytesSent: bytesSent.labels({ network }),
    bytesReceived: bytesReceived.labels({ network }),
    rtt: rtt.labels({ network }),
    congestionWindow: congestionWindow.labels({ network }),
    bandwidth: bandwidth.labels({ network }),
    pathMtu: pathMtu.labels({ network }),
  }))
  const spuriousLosses = metrics.counter(TRANSPORT.spuriousLosses).labels({})
  const probeTimeouts = metrics.counter(TRANSPORT.probeTimeouts).labels({})
  const amplificationLimited = metrics.counter(TRANSPORT.amplificationLimited).labels({})
  const blocked = metrics.counter(TRANSPORT.blocked)
  const connectionBlocked = blocked.labels({ scope: 'connection' })
  const streamBlocked = blocked.labels({ scope: 'stream' })
  const streamsBidiBlocked = blocked.labels({ scope: 'streams_bidi' })
  const streamsUniBlocked = blocked.labels({ scope: 'streams_uni' })

  on('transport:sample', ({ remoteAddress, sample }) => {
    const series = seriesOf(networkOf(remoteAddress))
    series.packetsSent.add(sample.packetsSent)
    series.packetsReceived.add(sample.packetsReceived)
    series.packetsLost.add(sample.packetsLost)
    series.packetsRetransmitted.add(sample.packetsRetransmitted)
    series.bytesSent.add(sample.bytesSent)
    series.bytesReceived.add(sample.bytesReceived)
    observeKnown(series.rtt, sample.rttSeconds)
    observeKnown(series.congestionWindow, sample.congestionWindowBytes)
    observeKnown(series.bandwidth, sample.deliveryRate)
    observeKnown(series.pathMtu, sample.pathMtuBytes)
    spuriousLosses.add(sample.spuriousLosses)
    probeTimeouts.add(sample.probeTimeouts)
    amplificationLimited.add(sample.amplificationLimited)
    connectionBlocked.add(sample.connectionBlocked)
    streamBlocked.add(sample.streamBlocked)
    streamsBidiBlocked.add(sample.streamsBidiBlocked)
    streamsUniBlocked.add(sample.streamsUniBlocked)
  })
}

function measureEndpoint({ metrics, inspector }: Section): void {
  followEngine(inspector, metrics.counter(TRANSPORT.dropped), [
    ['droppedTooShort', { reason: 'too_short' }],
    ['droppedUnknownConnection', { reason: 'unknown_connection' }],
    ['droppedParseError', { reason: 'parse_error' }],
    ['droppedDecryptError', { reason: 'decrypt_error' }],
    ['droppedBufferFull', { reason: 'buffer_full' }],
    ['droppedOther', { reason: 'other' }],
  ])
  followEngine(inspector, metrics.counter(TRANSPORT.udpErrors), [
    ['sendErrorsAgain', { op: 'send', code: 'EAGAIN' }],
    ['sendErrorsNoBuffers', { op: 'send', code: 'ENOBUFS' }],
    ['sendErrorsMessageSize', { op: 'send', code: 'EMSGSIZE' }],
    ['sendErrorsOther', { op: 'send', code: 'other' }],
    ['receiveErrorsOther', { op: 'receive', code: 'other' }],
  ])
  followEngine(inspector, metrics.counter(TRANSPORT.forwarded), [['datagramsForwarded', {}]])
  followEngine(inspector, metrics.counter(TRANSPORT.panics), [['panics', {}]])
  followEngine(inspector, metrics.counter(TRANSPORT.rejectedRequests), [['rejectedRequests', {}]])
}
