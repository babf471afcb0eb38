/** A GET whose failures are sentences. */
import { explainDistrust } from './probe/distrust.ts'
import { explainProbeFailure } from './probe/failure.ts'
import { readText } from './read-text.ts'
import { codeOf, UserError } from './user-error.ts'

export interface FetchedText {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export interface Login {
  readonly user: string
  readonly password: string
}

/** Rejects with a UserError when nothing answers in time. Without `login` the one that the URL may hold is sent. */
export async function fetchText(url: URL, timeoutMs: number, login = loginOf(url)): Promise<FetchedText> {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  // What failures name: a query fills lines, and says nothing about who did not answer.
  const named = new URL(bare)
  named.search = ''
  try {
    const response = await fetch(bare, {
      headers: login === undefined ? {} : { authorization: basic(login) },
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'manual',
    })
    const target = response.headers.get('location')
    if (target !== null && response.status >= 300 && response.status < 400) {
      await response.body?.cancel()
      // Followed, it would be asked without the login, and its answer taken for the one that was wanted.
      const to = URL.parse(target, bare)?.href ?? target
      throw new UserError(`${named.href}: redirects to ${to}, which is not followed: give that address`)
    }
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? 'no content type',
      body: response.body === null ? '' : await readText(response.body, named),
    }
  } catch (error) {
    // fetch wraps what happened to the socket in a TypeError.
    const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error
    const code = codeOf(cause) ?? ''
    const distrust = explainDistrust(code)
    if (distrust !== code) {
      throw new UserError(
        `${bare.origin} shows a certificate that is not trusted: ${distrust}. NODE_EXTRA_CA_CERTS=<file> names an authority to trust.`,
        { cause: error },
      )
    }
    throw explainProbeFailure(cause, { url: named, http: '1', ca: undefined, timeoutMs })
  }
}

function loginOf({ username, password }: URL): Login | undefined {
  return username === '' ? undefined : { user: decoded(username), password: decoded(password) }
}

/** A percent sign that begins no escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function basic({ user, password }: Login): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
