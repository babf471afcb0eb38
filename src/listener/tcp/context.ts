import type { Duplex } from 'node:stream'
import type { LimitsConfig } from '../../config/types.ts'
import type { Clock } from '../../core/clock.ts'
import type { Fields } from '../../core/exchange.ts'
import type { RequestHandler } from '../../core/ports.ts'
import type { TcpConnection } from './connection.ts'

/** What both HTTP versions know of the listener that hands them sockets. */
export interface TcpContext {
  readonly handler: RequestHandler
  /** In force now; a reload may change it. */
  readonly limits: LimitsConfig
  readonly clock: Clock
  connectionOf(socket: Duplex): TcpConnection
  /** Fields every final response gets, such as alt-svc. */
  responseFields(connection: TcpConnection): Fields
  draining(): boolean
}
