/**
 * Grafana publishes the types of its dashboards, no schema that could be run. So the JSON becomes source text, and the
 * compiler says what does not fit: a property that Grafana does not know, one that is missing, a wrong value.
 */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const schema = join(root, 'node_modules/@grafana/schema/dist/types')

/** Some JSON, and the type of a module of @grafana/schema that it must have. */
export interface Claim {
  readonly what: string
  readonly json: unknown
  /** Path within the package's types. */
  readonly module: string
  readonly type: string
}

const CLASSIC = 'raw/dashboard/x/types.gen'

export function dashboardClaim(what: string, json: unknown): Claim {
  return { what, json, module: CLASSIC, type: 'Dashboard' }
}

/** Options and FieldConfig of a kind of panel. */
export function panelClaim(
  what: string,
  kind: string,
  type: 'Options' | 'FieldConfig',
  json: unknown,
): Claim {
  return { what, json, module: `raw/composable/${kind.replace('-', '')}/panelcfg/x/types.gen`, type }
}

/** What the compiler has against the claims. */
export function misfits(claims: readonly Claim[]): readonly string[] {
  const source = claims
    .map(
      ({ json, module, type }, index) =>
        `export const claim${index}: import('${join(schema, module)}').${type} = ${JSON.stringify(json)}`,
    )
    .join('\n')
  const file = join(root, 'dashboards-as-source.ts')
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  }
  const host = ts.createCompilerHost(options)
  const readFile = host.readFile.bind(host)
  host.fileExists = (path) => path === file || ts.sys.fileExists(path)
  host.getSourceFile = (path, target) => {
    const text = path === file ? source : readFile(path)
    if (text === undefined) return undefined
    return ts.createSourceFile(path, dirname(path).startsWith(schema) ? withoutEnums(text) : text, target)
  }
  const program = ts.createProgram([file], options, host)
  const diagnostics = program.getSemanticDiagnostics(program.getSourceFile(file))
  const lines = source.split('\n')
  return diagnostics.map(({ start = 0, messageText }) => {
    const line = source.slice(0, start).split('\n').length - 1
    const column = start - lines.slice(0, line).join('\n').length
    const near = lines[line]!.slice(Math.max(0, column - 60), column + 60)
    return `${claims[line]!.what}: ${ts.flattenDiagnosticMessageText(messageText, ' ')} near …${near}…`
  })
}

/** No string of JSON is a member of an enum, although it is what the member stands for. */
function withoutEnums(text: string): string {
  return text.replace(/export declare enum (\w+) \{([^}]*)\}/g, (_, name: string, body: string) => {
    const members = [...body.matchAll(/(\w+) = ([^,\n]+)/g)]
    const types = members.map(([, member, value]) => `type ${member!} = ${value!}`).join('; ')
    return `export declare namespace ${name} { export ${types.replaceAll('; ', '; export ')} }
export type ${name} = ${members.map(([, , value]) => value).join(' | ')}`
  })
}
