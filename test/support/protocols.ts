import t, { type Test } from 'tap'
import { PROTOCOLS, type Protocol } from '../../src/core/exchange.ts'

/** The same behaviour on all three protocols: one subtest each. */
export function onEachProtocol(name: string, test: (t: Test, protocol: Protocol) => Promise<void>): void {
  for (const protocol of PROTOCOLS) t.test(`${protocol}: ${name}`, (t) => test(t, protocol))
}
