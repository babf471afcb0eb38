/** The demo's configuration, in the words of a configuration file: the demo runs what an operator would run. */
import { formatAddress } from '../../config/address.ts'
import type { CertificateFiles } from '../../config/types.ts'
import type { RunningBackend } from './backends.ts'

/** Ports and files of one demo. */
export interface DemoParts {
  readonly port: number
  readonly plainPort: number
  readonly site: CertificateFiles
  readonly backends: readonly RunningBackend[]
}

/** YAML. JSON is YAML too, which spares us quoting rules. */
export function demoConfig({ port, plainPort, site, backends }: DemoParts): string {
  return JSON.stringify({
    listeners: [
      {
        address: formatAddress({ host: '', port }),
        protocols: ['h3', 'h2', 'http/1.1'],
        certificates: [{ cert: site.cert, key: site.key }],
      },
      { address: formatAddress({ host: '', port: plainPort }), protocols: ['http/1.1'] },
    ],
    pools: {
      moodle: {
        backends: backends.map(({ id, port }) => ({ id, url: `http://127.0.0.1:${port}` })),
        // More often than in earnest: nobody wants to wait half a minute for a backend to come back.
        health: { path: '/admin/tool/heartbeat/', interval: '2s', timeout: '1s' },
      },
    },
    routes: [{ pool: 'moodle' }],
  })
}
