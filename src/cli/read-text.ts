/** A body as text, and an end to one that has none. */
import { UserError } from './user-error.ts'

/** Roam's metrics are about 1 MiB; a Prometheus with ten thousand targets lists them in 30. */
const MOST_MIB = 64

/** Rejects with a UserError for more than that; what is still to come is not read. */
export async function readText(body: AsyncIterable<Uint8Array>, url: URL): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MOST_MIB * 1024 * 1024) throw new UserError(`${url.href}: sends more than ${MOST_MIB} MiB`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
