/** `admin`: the server for operators. */
import { z } from 'zod'
import { address, text } from './scalars.ts'

/** Where it listens and who may change something. */
export const adminSchema = z
  .strictObject({
    address: address({
      description: 'Where it listens: an address of this machine’s loopback, such as 127.0.0.1:9901.',
    }).refine(({ host }) => host === '::1' || host.startsWith('127.'), {
      error:
        'must be a loopback address such as 127.0.0.1:9901 or [::1]:9901; from elsewhere reach it by ssh -L 9901:127.0.0.1:9901',
    }),
    tokenFile: text({
      description:
        'A file with the secret that changes have to name (Authorization: Bearer). Made at the start where it is missing. Default: none, and nothing can be changed.',
      unit: 'path, relative to this file',
    }).optional(),
  })
  .meta({
    description:
      'JSON about pools, backends, queues, certificates and connections, and with a token changes to them. Without this key there is no such server.',
  })

/** The decoded admin server. */
export type Admin = z.output<typeof adminSchema>
