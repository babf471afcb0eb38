/**
 * What Roam must say to which request head, whatever the protocol: the shared vectors of the validator. Unit tests run
 * them through validateHead as HTTP/1, 2 and 3; attack tests send them over real connections. `row` names the rule: `1.2/7`
 * is row 7 of the checklist "HTTP/1.1 requests", RFC sections stand for themselves.
 */
import type { Protocol } from '../../src/core/exchange.ts'
import { FIELD_VECTORS } from './request-fields.ts'
import { FRAMING_VECTORS } from './request-framing.ts'
import { PSEUDO_VECTORS } from './request-pseudo.ts'
import { TARGET_VECTORS } from './request-targets.ts'

/** A request in no protocol's own words, and what must become of it. */
export interface Vector {
  readonly name: string
  readonly row: string
  /** Protocols that can express it; all three where undefined. */
  readonly on?: readonly Protocol[]
  readonly method?: string
  readonly target?: string
  /** Host on HTTP/1, `:authority` elsewhere; null: not sent. */
  readonly authority?: string | null
  readonly scheme?: string
  /** Further Host fields. */
  readonly hosts?: readonly string[]
  readonly fields?: readonly (readonly [string, string])[]
  readonly version?: '1.0'
  readonly hasBody?: boolean
  /** HTTP/2 and HTTP/3: the whole field list, instead of one made from the parts above. */
  readonly list?: readonly (readonly [string, string])[]
  /** The status of the refusal, or what the head must say. */
  readonly outcome: number | Outcome
}

/** Facts of a RequestHead; only those given are compared. */
export interface Outcome {
  readonly authority?: string
  readonly target?: string
  readonly path?: string
  readonly fields?: readonly (readonly [string, string])[]
  readonly contentLength?: number
  readonly hasBody?: boolean
  readonly expectsContinue?: boolean
}

/** Limits that the vectors are written for. */
export const VECTOR_LIMITS = { maxUriBytes: 8192, maxFieldSectionBytes: 16384, maxFieldCount: 100 }

export const VECTORS: readonly Vector[] = [
  ...TARGET_VECTORS,
  ...FRAMING_VECTORS,
  ...FIELD_VECTORS,
  ...PSEUDO_VECTORS,
]
