/** Sockets that can change hands, as listeners have them. */
import type { Engine } from '../listener/quic/contract.ts'
import type { EstateSocket } from '../takeover/estate.ts'

/** A UDP socket has one reader at a time. */
export function quicEstate(key: string, port: number, engine: Engine): EstateSocket {
  return {
    ...{ key, port, transport: 'udp' },
    attach: (peer) => engine.offer(peer),
    yield: () => engine.yieldSocket(),
    takeBack: () => engine.read(''),
  }
}

/** Both processes may accept from a TCP socket at once: this one stops when the other has begun. */
export function tcpEstate(
  key: string,
  port: number,
  listener: { readonly descriptor: number },
): EstateSocket {
  return {
    ...{ key, port, transport: 'tcp' },
    attach(peer) {
      peer.attach(listener.descriptor)
      return []
    },
    yield: () => Promise.resolve(''),
    takeBack() {
      // It was never let go of.
    },
  }
}
