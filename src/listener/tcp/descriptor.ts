import type { Server } from 'node:net'

/** Of a listening socket, for a successor; -1 where the server does not listen. */
export function descriptorOf(server: Server): number {
  // Node documents how to listen on a descriptor and not how to get one; every Node since 0.12 has it here.
  return (server as Server & { _handle?: { fd?: number } | null })._handle?.fd ?? -1
}
