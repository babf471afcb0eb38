/** How the demo was started, for advice that can be copied: `npm start -- …` or `roam demo …`. */
export function demoCommand(options: string, environment: NodeJS.ProcessEnv = process.env): string {
  // npx sets it too, to its own name.
  return environment['npm_lifecycle_event'] === 'start' ? `npm start -- ${options}` : `roam demo ${options}`
}
