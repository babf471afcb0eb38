import t from 'tap'
import { begin, lease } from './support.ts'

for (const [what, status] of [
  ['an answer with a body', 200],
  ['an answer without', 304],
] as const)
  t.test(`${what} that cannot be written is cut off, and no backend is blamed`, async (t) => {
    const { asked, sent, client, records } = begin({
      onRespond() {
        throw new Error('no such field here')
      },
    })
    const log: string[] = []
    asked[0]!.settle(lease('a', log))
    sent[0]!.handler.onHead(status, [])
    t.ok(sent[0]!.cancelled)
    t.same(client, ['abort INTERNAL'])
    t.same(log, [`answered ${status}`, 'released'])
    t.match(records, [{ error: 'INTERNAL' }])
  })
