import { Problem } from './problem.ts'
import type { AdminRoute } from './routes.ts'

/** The route for a request, and what stands in the place of its parameter. Throws where there is none. */
export type FindRoute = (
  method: string,
  path: string,
) => { readonly route: AdminRoute; readonly parameter: string }

export function createFindRoute(routes: readonly AdminRoute[]): FindRoute {
  const patterns = routes.map((route) => ({
    route,
    pattern: new RegExp(`^${route.path.replace(/\{\w+\}/, '([^/]+)')}$`),
  }))
  return (method, path) => {
    const matching = patterns.flatMap(({ route, pattern }) => {
      const match = pattern.exec(path)
      return match === null ? [] : [{ route, parameter: match[1] ?? '' }]
    })
    if (matching.length === 0) throw new Problem(404, 'there is no such path; GET /openapi.json names all')
    // HEAD is GET without the body, which node:http leaves out by itself.
    const wanted = method === 'HEAD' ? 'GET' : method
    const found = matching.find(({ route }) => route.method === wanted)
    if (found !== undefined) return { route: found.route, parameter: decode(found.parameter) }
    const allow = matching
      .map(({ route }) => (route.method === 'GET' ? 'GET, HEAD' : route.method))
      .join(', ')
    throw new Problem(405, `this path has ${allow}`, { allow })
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Problem(400, 'the path is not percent-encoded UTF-8')
  }
}
