import type { Events } from '../core/events.ts'
import type { On } from './section.ts'

export interface Subscriptions {
  readonly on: On
  /** Takes off every listener that `on` put there. */
  readonly off: () => void
}

/** Remembers listeners, so that closing leaves none behind. */
export function subscriptions(events: Events): Subscriptions {
  const undo: (() => void)[] = []
  return {
    on(name, listener) {
      // The emitter's own types cannot be narrowed by a generic name; `On` has checked the pair.
      events.on(name, listener as never)
      undo.push(() => events.off(name, listener as never))
    },
    off() {
      for (const stop of undo.splice(0)) stop()
    },
  }
}
