/** The kinds of panel. A dashboard says what is shown; how it looks is decided here, once. */
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import {
  AxisPlacement,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphGradientMode,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingMode,
  TableCellDisplayMode,
  TooltipDisplayMode,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common'
import {
  GraphThresholdsStyleConfigBuilder,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  TableSortByFieldStateBuilder,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type DashboardLink,
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  type GridPos,
  MappingType,
  type Panel,
  type ThresholdsConfig,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'
import * as heatmaps from '@grafana/grafana-foundation-sdk/heatmap'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import * as stats from '@grafana/grafana-foundation-sdk/stat'
import * as timelines from '@grafana/grafana-foundation-sdk/statetimeline'
import * as tables from '@grafana/grafana-foundation-sdk/table'
import * as texts from '@grafana/grafana-foundation-sdk/text'
import * as graphs from '@grafana/grafana-foundation-sdk/timeseries'
import { stylesOf } from './colours.ts'
import { runbookOf } from './links.ts'
import { type Limits, thresholds } from './limits.ts'
import { DATASOURCE } from './variables.ts'

export interface Query {
  readonly expr: string
  /** Grafana's template of the series' name: {{protocol}} p95. */
  readonly legend: string
}

export interface PanelSpec {
  readonly title: string
  /** For somebody woken at night: what it is, what is normal, what is bad. */
  readonly description: string
  /** Grafana's name of it: s, bytes, percentunit, reqps. */
  readonly unit: string
  readonly queries: readonly Query[]
  readonly limits?: Limits
  /** Alerts that watch this figure; the panel links to their part of the runbook. */
  readonly alerts?: readonly string[]
  readonly min?: number
  readonly max?: number
  readonly decimals?: number
  /** Series of another unit, by a regular expression of their legend: they have their axis on the right. */
  readonly right?: { readonly legend: string; readonly unit: string; readonly max?: number }
  /** Shown where there is no value, if that is nothing to worry about. */
  readonly none?: string
}

/** What all kinds of panel can do. */
export interface PanelBuilder extends Builder<Panel> {
  id(id: number): this
  gridPos(position: GridPos): this
  title(title: string): this
  description(description: string): this
}

interface DataPanelBuilder extends PanelBuilder {
  unit(unit: string): this
  datasource(datasource: typeof DATASOURCE): this
  links(links: Builder<DashboardLink>[]): this
  targets(targets: Builder<Dataquery>[]): this
  thresholds(thresholds: Builder<ThresholdsConfig>): this
  min(min: number): this
  max(max: number): this
  decimals(decimals: number): this
  noValue(text: string): this
  overrideByRegexp(regexp: string, properties: DynamicConfigValue[]): this
}

/** Lines over time. */
export function graph(spec: PanelSpec): graphs.PanelBuilder {
  const panel = described(new graphs.PanelBuilder(), spec, overTime(spec.queries))
    .lineWidth(2)
    .fillOpacity(10)
    .gradientMode(GraphGradientMode.Opacity)
    .showPoints(VisibilityMode.Never)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['mean', 'max', 'lastNotNull']),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
  for (const { regexp, properties } of stylesOf(spec.queries.map(({ legend }) => legend)))
    panel.overrideByRegexp(regexp, properties)
  if (spec.right !== undefined) {
    const { legend, unit, max } = spec.right
    panel.overrideByRegexp(legend, [
      { id: 'unit', value: unit },
      { id: 'custom.axisPlacement', value: AxisPlacement.Right },
      { id: 'custom.fillOpacity', value: 0 },
      // The limits are those of the left axis.
      {
        id: 'custom.thresholdsStyle',
        value: new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Off).build(),
      },
      { id: 'min', value: 0 },
      ...(max === undefined ? [] : [{ id: 'max', value: max }]),
    ])
  }
  return spec.limits === undefined
    ? panel
    : panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
}

/** Lines over time that add up to a whole. */
export function stacked(spec: PanelSpec): graphs.PanelBuilder {
  return graph(spec)
    .fillOpacity(30)
    .lineWidth(1)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
}

/** The last number of what is always there, with its course behind it. */
export function figure(spec: PanelSpec): stats.PanelBuilder {
  const panel = described(new stats.PanelBuilder(), spec, overTime(spec.queries)).reduceOptions(
    new ReduceDataOptionsBuilder().calcs(['lastNotNull']),
  )
  return spec.limits === undefined
    ? panel.colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    : panel.colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
}

/**
 * One number for each series, asked for at the end of the range: what is there no longer, such as a backend that was taken
 * out, is not shown as it last was.
 */
export function number(spec: PanelSpec): stats.PanelBuilder {
  return figure(spec).targets(atOnce(spec.queries)).graphMode(BigValueGraphMode.None)
}

/** What a value of a state timeline is called, and its colour. */
export interface State {
  readonly value: string
  readonly text: string
  readonly colour: string
}

/** When each series was in which state. */
export function timeline(spec: PanelSpec, states: readonly State[]): timelines.PanelBuilder {
  return described(new timelines.PanelBuilder(), spec, overTime(spec.queries))
    .mappings(named(states))
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .fillOpacity(80)
    .lineWidth(0)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
}

/** In which state each series is now: a coloured field for each, with its name, also where there is only one. */
export function lamps(spec: PanelSpec, states: readonly State[]): stats.PanelBuilder {
  return number(spec)
    .mappings(named(states))
    .colorMode(BigValueColorMode.Background)
    .textMode(BigValueTextMode.ValueAndName)
}

function named(states: readonly State[]): ValueMapping[] {
  return [
    {
      type: MappingType.ValueToText,
      options: Object.fromEntries(
        states.map(({ value, text, colour }, index) => [value, { text, color: colour, index }]),
      ),
    },
  ]
}

/** Buckets of one histogram over time: how slow, and how many. Its query is a sum by (le). */
export function heat(spec: PanelSpec): heatmaps.PanelBuilder {
  const targets = spec.queries.map((query, index) =>
    target(query, index).range().format(PromQueryFormat.Heatmap),
  )
  return (
    described(new heatmaps.PanelBuilder(), spec, targets)
      .calculate(false)
      .cellGap(1)
      // What stands in a cell is how many per second; `unit` is that of the axis.
      .cellValues(new heatmaps.CellValuesBuilder().unit('cps'))
      .color(
        new heatmaps.HeatmapColorOptionsBuilder()
          .mode(heatmaps.HeatmapColorMode.Scheme)
          .scheme('Oranges')
          .fill('dark-orange')
          .exponent(0.5)
          .steps(64),
      )
      .yAxis(new heatmaps.YAxisConfigBuilder().unit(spec.unit))
      .tooltip(new heatmaps.HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(true))
      .showLegend()
  )
}

/** A column of a table: the field that a query gives, its heading and, for numbers, its unit. */
export interface Column {
  readonly field: string
  readonly heading: string
  readonly unit?: string
  /** The rows stand in the order of this column. */
  readonly sorted?: boolean
}

/** Newer versions of Grafana know the SDK's default of the footer no more. */
class Table extends tables.PanelBuilder {
  override build(): Panel {
    const panel = super.build()
    delete (panel.options as { footer?: unknown }).footer
    return panel
  }
}

/** What is now, as rows: the queries' common labels are first, then a column for each query. */
export function table(spec: PanelSpec, columns: readonly Column[]): PanelBuilder {
  const targets = atOnce(spec.queries).map((query) => query.format(PromQueryFormat.Table))
  const panel = described(new Table(), spec, targets)
    .cellOptions({ type: TableCellDisplayMode.Auto })
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { names: columns.map(({ field }) => field) } },
    })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
        renameByName: Object.fromEntries(columns.map(({ field, heading }) => [field, heading])),
      },
    })
  for (const { heading, unit } of columns)
    if (unit !== undefined) panel.overrideByName(heading, [{ id: 'unit', value: unit }])
  const order = columns.filter(({ sorted }) => sorted)
  if (order.length > 0)
    panel.sortBy(
      order.map(({ heading }) => new TableSortByFieldStateBuilder().displayName(heading).desc(false)),
    )
  return panel
}

export interface Note {
  readonly title: string
  readonly description: string
  /** Markdown. */
  readonly content: string
}

/** Words that belong beside the figures. */
export function note({ title, description, content }: Note): texts.PanelBuilder {
  return new texts.PanelBuilder()
    .title(title)
    .description(description)
    .mode(texts.TextMode.Markdown)
    .content(content)
}

function described<B extends DataPanelBuilder>(panel: B, spec: PanelSpec, targets: DataqueryBuilder[]): B {
  panel
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .datasource(DATASOURCE)
    .targets(targets)
    .thresholds(thresholds(spec.limits))
    .links((spec.alerts ?? []).map(runbookOf))
  if (spec.min !== undefined) panel.min(spec.min)
  if (spec.max !== undefined) panel.max(spec.max)
  if (spec.decimals !== undefined) panel.decimals(spec.decimals)
  if (spec.none !== undefined) panel.noValue(spec.none)
  return panel
}

function overTime(queries: readonly Query[]): DataqueryBuilder[] {
  return queries.map((query, index) => target(query, index).range())
}

function atOnce(queries: readonly Query[]): DataqueryBuilder[] {
  return queries.map((query, index) => target(query, index).instant())
}

function target({ expr, legend }: Query, index: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(DATASOURCE)
    .expr(expr)
    .legendFormat(legend)
}
