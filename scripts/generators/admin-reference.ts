/** docs/ADMIN.md: what the admin server can be asked, from the routes and schemas that it runs with. */
import { DESCRIPTION, openApi } from '../../src/admin/openapi.ts'
import { ROUTES } from '../../src/admin/routes.ts'

const INTRODUCTION = `# The admin server

JSON for operators, on a loopback address and nowhere else:

\`\`\`yaml
admin: { address: 127.0.0.1:9901, tokenFile: admin.token }
\`\`\`

Whoever is on this machine may look. Changes need the token, which is made at the start where its file is missing (only its
owner can read it); without \`tokenFile\` nothing can be changed. Web pages may not ask at all. From elsewhere use a tunnel:
\`ssh -L 9901:127.0.0.1:9901 roam-host\`.

\`\`\`sh
curl -s localhost:9901/backends | jq '.backends[] | select(.available | not)'
roam_change() { curl -sS -H @<(printf 'Authorization: Bearer %s' "$(cat admin.token)") "$@"; }   # bash; keeps the token out of ps
roam_change -X POST localhost:9901/backends/m1/drain      # before maintenance; pinned clients stay
roam_change -X POST localhost:9901/backends/m1/disable    # everybody goes elsewhere
roam_change -X POST localhost:9901/backends/m1/enable
roam_change -X PUT localhost:9901/backends/m1/weight --json '{ "weight": 5 }'   # null: as configured
roam_change -X POST localhost:9901/config                 # the same as SIGHUP, with an answer
\`\`\`

What an operator changed for a backend outlives reloads and ends with the process: a new one, by \`roam start --takeover\`
too, begins with what the file says. Changes and refused tokens are in the log and in \`quic_backend_admin_state\`,
\`quic_config_reloads_total\` and \`quic_admin_auth_total\`.

Every answer that is not 200 is a problem (RFC 9457, \`application/problem+json\`); its \`detail\` says what is wrong and what
to do. The same as a machine reads it: \`GET /openapi.json\` (OpenAPI 3.1).

<!-- Generated from src/admin/ by npm run generate. Do not edit. -->
`

interface Schema {
  readonly type?: string | readonly string[]
  readonly $ref?: string
  readonly description?: string
  readonly enum?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
}

/** The page's text. */
export function adminReference(): string {
  const { components } = openApi('') as { components: { schemas: Readonly<Record<string, Schema>> } }
  const schemas = Object.entries(components.schemas)
  return [
    INTRODUCTION,
    '## Requests\n\n| request | what it does | token |\n| --- | --- | --- |',
    ...[...ROUTES, DESCRIPTION].map(({ method, path, summary }) =>
      row([`\`${method} ${path}\``, summary, method === 'GET' ? '' : 'yes']),
    ),
    '\n`/connections` comes in pages: `?page=1&limit=100`, at most 1000 on a page.\n',
    ...schemas.flatMap(([id, schema]) => section(id, schema)),
  ].join('\n')
}

function section(id: string, { description = '', properties }: Schema): string[] {
  const rows = fields(properties)
  if (rows.length === 0) return []
  return [`## ${id}\n\n${description}\n\n| field | value | meaning |\n| --- | --- | --- |`, ...rows, '']
}

function fields(properties: Schema['properties'] = {}, prefix = ''): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const inner = schema.properties ?? schema.anyOf?.find((one) => one.properties)?.properties
    const own = row([`\`${prefix}${name}\``, valueOf(schema), schema.description ?? ''])
    return [own, ...fields(inner, `${prefix}${name}.`)]
  })
}

function valueOf({ type, $ref, enum: choices, items, anyOf }: Schema): string {
  if ($ref !== undefined) return linkTo($ref)
  if (anyOf !== undefined) return anyOf.map(valueOf).join(' or ')
  if (choices !== undefined) return choices.map((one) => `\`${one}\``).join(', ')
  if (items !== undefined) return `list of ${valueOf(items)}`
  return [type ?? ''].flat().join(' or ')
}

function linkTo(reference: string): string {
  const id = reference.slice(reference.lastIndexOf('/') + 1)
  return `[${id}](#${id.toLowerCase()})`
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
