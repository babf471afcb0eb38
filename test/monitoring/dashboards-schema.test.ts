import t from 'tap'
import { dashboards, panels } from './support/dashboards.ts'
import { type Claim, dashboardClaim, misfits, panelClaim } from './support/grafana-types.ts'

/** The compiler reads Grafana's types once for all. */
const claims: readonly Claim[] = dashboards.flatMap(([uid, dashboard]) => [
  dashboardClaim(uid, { ...dashboard, annotations: { list: dashboard.annotations.list?.map(withoutQuery) } }),
  ...panels(dashboard).flatMap(({ type, title, options, fieldConfig }) => [
    panelClaim(`${uid}, ${title!}, options`, type, 'Options', options),
    ...(fieldConfig?.defaults.custom === undefined
      ? []
      : [panelClaim(`${uid}, ${title!}, custom`, type, 'FieldConfig', fieldConfig.defaults.custom)]),
  ]),
])

t.test('the dashboards have the shape that Grafana’s own types demand', (t) => {
  t.same(misfits(claims), [])
  t.end()
})

t.test('a shape that does not fit would be found', (t) => {
  const [, overview] = dashboards[0]!
  const wrong = { ...overview, annotations: {}, editabel: false }
  t.match(misfits([dashboardClaim('wrong', wrong)]), [/editabel/])
  t.end()
})

/** How an annotation is asked for is its data source's matter: the types do not know it. */
function withoutQuery(annotation: object): object {
  const own = new Set(['expr', 'step', 'titleFormat', 'tagKeys', 'useValueForTime'])
  return Object.fromEntries(Object.entries(annotation).filter(([name]) => !own.has(name)))
}
