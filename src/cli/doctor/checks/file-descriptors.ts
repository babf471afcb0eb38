/** A TCP client takes a file descriptor, and its request may take one towards a backend. QUIC clients take none. */
import { fail, ok, skip, warn } from '../check.ts'
import type { Check } from '../check.ts'

/** As the alert FdsHigh. */
export const FULL_RATIO = 0.8

export const fileDescriptorsCheck: Check = {
  id: 'file-descriptors',
  title: 'File descriptors',
  async run(context) {
    const metrics = await context.metrics()
    const open = metrics.sum('process_open_fds')
    const most = metrics.sum('process_max_fds')
    if (open === undefined || most === undefined) return skip('Roam tells them on Linux only')
    const found = `Roam has ${open} open, of ${most}`
    const raise = 'LimitNOFILE= in the systemd unit, ulimit -n in a shell, --ulimit nofile= of a container'
    if (open / most > FULL_RATIO)
      return fail(found, `Connections will be refused: raise the limit (${raise}) and restart Roam.`)
    const connections = metrics.sum('quic_connections_limit')
    if (connections !== undefined && most <= connections) {
      return warn(
        `${found}; limits.maxConnections allows ${connections} connections`,
        `Raise the limit to at least ${2 * connections} (${raise}), or lower limits.maxConnections.`,
      )
    }
    return ok(found)
  },
}
