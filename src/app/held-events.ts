import { createEvents, type Events, type RoamEvents } from '../core/events.ts'

type Names = keyof RoamEvents

/** Events that are published when `release` is called, in their order, and from then on at once. */
export function holdEvents(target: Events, names: readonly Names[]): { events: Events; release: () => void } {
  const events = createEvents()
  let held: (() => void)[] | undefined = []
  for (const name of names) {
    events.on(name, (...args: unknown[]) => {
      const publish = () => void (target.emit as (name: Names, ...args: unknown[]) => boolean)(name, ...args)
      if (held === undefined) publish()
      else held.push(publish)
    })
  }
  return {
    events,
    release() {
      const all = held ?? []
      held = undefined
      for (const publish of all) publish()
    },
  }
}
