/**
 * Weighted rendezvous hashing (highest random weight; Thaler and Ravishankar 1998, the weights by Schindelhauer and
 * Schomaker 2005): every candidate draws -weight / ln(u) with a `u` that only the key and its own id decide, and the
 * highest has the key. So a backend that leaves loses its own keys to all the others, and no other key moves.
 */
export function rendezvous<T extends { readonly id: string; readonly weight: number }>(
  candidates: readonly T[],
  key: string,
): T {
  const [a, b] = absorb(key, SEED_A, SEED_B)
  let best = candidates[0]!
  let bestScore = -1
  for (const backend of candidates) {
    const score = -backend.weight / Math.log(uniform(backend.id, a, b))
    if (score > bestScore) {
      best = backend
      bestScore = score
    }
  }
  return best
}

/** Any two numbers; other ones send every key elsewhere. */
const SEED_A = 0xdeadbeef
const SEED_B = 0x41c6ce57

/** cyrb53 (bryc, public domain), cut in two: MurmurHash's steps on two lanes of 32 bits, node:crypto being ten times slower. */
function absorb(text: string, a: number, b: number): [number, number] {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  return [a, b]
}

/** In (0, 1): the 53 bits that a number holds, and never the borders, whose logarithm is no score. */
function uniform(id: string, keyA: number, keyB: number): number {
  let [a, b] = absorb(id, keyA, keyB)
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return ((b & 0x1fffff) * 2 ** 32 + (a >>> 0) + 0.5) / 2 ** 53
}
