/** `health` of a pool. */
import { z } from 'zod'
import { count, duration, text, urlPath, wrongType } from './scalars.ts'

/** Active checks of a pool's backends. */
export const healthSchema = z
  .strictObject({
    path: urlPath({ description: 'Path that is asked for, with GET. Redirects are not followed.' }),
    interval: duration(
      {
        description: 'Time between two checks of a backend; a little chance is added.',
        source: 'specification: every 15 s',
      },
      { min: '100ms', max: '1h' },
    ).prefault('15s'),
    timeout: duration(
      { description: 'No answer within this time is a failure. Not longer than the interval.' },
      { min: '50ms', max: '5m' },
    ).prefault('5s'),
    unhealthyAfter: count(
      { description: 'Failures in a row until no more requests are sent.' },
      { min: 1, max: 100 },
    ).prefault(2),
    healthyAfter: count(
      { description: 'Passes in a row until requests are sent again.' },
      { min: 1, max: 100 },
    ).prefault(2),
    expectStatus: z
      .array(count({ description: 'A status.' }, { min: 200, max: 599 }), {
        error: wrongType('a list of status codes such as [200]'),
      })
      .min(1, 'must name at least one status')
      .meta({ description: 'Statuses that count as a pass.', unit: 'list of status codes' })
      .prefault([200]),
    expectBody: text({
      description: 'Text that the first 64 KiB of the answer must hold. Default: any answer will do.',
    }).optional(),
    rejectBody: text({
      description:
        'Text that they must not hold, such as the mark of a maintenance page that comes with status 200.',
    }).optional(),
    host: text({
      description:
        'Host field of the check. Moodle answers only to the name it was set up with. Default: the name in `hostHeader` where there is one, else the backend’s own.',
    }).optional(),
  })
  .meta({
    description:
      'Active health checks. Without this key there are none, and only failing requests show a dead backend.',
  })
