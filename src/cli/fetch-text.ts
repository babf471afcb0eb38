/** A GET whose failures are sentences. */
import { explainDistrust } from './probe/distrust.ts'
import { explainProbeFailure } from './probe/failure.ts'
import { codeOf, UserError } from './user-error.ts'

export interface FetchedText {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** Rejects with a UserError when nothing answers in time; user and password may be part of the URL. */
export async function fetchText(url: URL, timeoutMs: number): Promise<FetchedText> {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  try {
    const response = await fetch(bare, {
      headers: url.username === '' ? {} : { authorization: basic(url) },
      signal: AbortSignal.timeout(timeoutMs),
    })
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? 'no content type',
      body: await response.text(),
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
    // A query fills lines, and says nothing about who did not answer.
    bare.search = ''
    throw explainProbeFailure(cause, { url: bare, http: '1', ca: undefined, timeoutMs })
  }
}

function basic({ username, password }: URL): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}
