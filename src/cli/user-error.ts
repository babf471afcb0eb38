/** Something the person at the keyboard can mend: shown as it is, without a stack trace, exit code 1. */
export class UserError extends Error {
  override readonly name = 'UserError'
}

/** The `code` of a system error, such as EADDRINUSE. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
