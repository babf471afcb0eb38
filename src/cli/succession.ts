/** Takeovers of `roam start`: who was here before, and who comes after. */
import type { Logger } from 'pino'
import type { App } from '../app/app.ts'
import { TakeoverError } from '../takeover/error.ts'
import { type Waiting, waitForSuccessor } from '../takeover/estate.ts'
import { type Inheritance, inheritFrom } from '../takeover/inheritance.ts'
import { meetingPlace } from '../takeover/meeting-place.ts'

export interface Succession {
  /** What the running process leaves; undefined where none is wanted, or none runs. Rejects with a TakeoverError. */
  inherit(): Promise<Inheritance | undefined>
  /** From now on another process may take over from this one. Never throws: without that it serves as well. */
  wait(app: App): Waiting
}

/** @param wanted the running process is to be replaced */
export function succession(file: string, wanted: boolean, env: NodeJS.ProcessEnv, log: Logger): Succession {
  return {
    async inherit() {
      if (!wanted) return undefined
      try {
        const found = await inheritFrom(meetingPlace(file, env))
        if (found === undefined) log.warn('no running process was found to take over from; starting without')
        return found
      } catch (error) {
        throw new TakeoverError(`cannot take over from the running process: ${messageOf(error)}`)
      }
    },
    wait(app) {
      try {
        return waitForSuccessor({
          path: meetingPlace(file, env),
          estate: () => app.estate(),
          onFailure: (why) => log.warn(`a takeover came to nothing: ${why}; this process goes on serving`),
        })
      } catch (error) {
        log.warn(`no other process can take over from this one: ${messageOf(error)}`)
        return NOBODY
      }
    },
  }
}

/** Nobody will come. */
export const NOBODY: Waiting = {
  successor: new Promise(() => {}),
  close() {
    // There is nothing to close.
  },
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
