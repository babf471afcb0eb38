/** `listeners`: where clients arrive. */
import { z } from 'zod'
import { PROTOCOLS } from '../../core/exchange.ts'
import { address, count, duration, flag, text, wrongType } from './scalars.ts'

const certificateSchema = z
  .strictObject({
    cert: text({
      description: 'PEM file with the certificate, then the ones that lead to its root.',
      unit: 'path, relative to this file',
    }),
    key: text({
      description: 'PEM file with the private key, not encrypted; readable by Roam only.',
      unit: 'path, relative to this file',
    }),
  })
  .meta({ description: 'A certificate and its key.' })

const altSvcSchema = z
  .strictObject({
    maxAge: duration({
      description: 'How long a browser may remember that HTTP/3 is offered here.',
      source: 'RFC 7838 §3.1: its own default of 24 h',
    }).prefault('24h'),
    advertisedPort: count(
      {
        description:
          'The UDP port that clients see, where a NAT or firewall changes it. Default: the listener’s own.',
      },
      { min: 1, max: 65_535 },
    ).optional(),
  })
  .meta({ description: 'What the Alt-Svc field offers; `off` sends none.' })

/** One listener. */
export const listenerSchema = z
  .strictObject({
    address: address({
      description:
        'Where to listen: TCP for http/1.1 and h2, UDP for h3, both on this port. Without a host: every address of this machine, IPv4 and IPv6.',
    }),
    protocols: z
      .array(z.enum(PROTOCOLS), { error: wrongType('a list of h3, h2 and http/1.1') })
      .min(1, 'must name at least one of h3, h2 and http/1.1')
      .meta({
        description:
          'Protocols offered, by their ALPN names. Default: all three where there are certificates, else http/1.1.',
        unit: 'list of h3, h2, http/1.1',
      })
      .optional(),
    certificates: z
      .array(certificateSchema, { error: wrongType('a list of { cert, key }') })
      .meta({
        description:
          'Certificates; the server name that the client sends (SNI) chooses, the first one also serves unknown names. None: plain HTTP/1.1.',
      })
      .prefault([]),
    altSvc: z
      .union([altSvcSchema, z.literal(['off', false])], {
        error: wrongType('off or a mapping such as { maxAge: 24h }'),
      })
      .meta({
        description:
          'The offer of HTTP/3 on this listener’s TCP side (Alt-Svc, RFC 7838). Default: on wherever h3 is among the protocols.',
        unit: 'off, or a mapping',
      })
      .optional(),
    redirectToHttps: flag({
      description:
        'Answer every request with a redirect to the first listener that has certificates. Plain listeners only.',
    }).prefault(false),
  })
  .meta({ description: 'One address that clients connect to.' })

/** A decoded listener, before its defaults that depend on other keys. */
export type Listener = z.output<typeof listenerSchema>
