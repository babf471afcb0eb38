/** `[time LEVEL] message key=value …` from one of pino's JSON lines. */
export function formatTextLine(line: string): string {
  const { time, level, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>
  const details = Object.entries(rest).map(([key, value]) => ` ${key}=${formatValue(value)}`)
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : ''
  return `[${text(time)} ${text(level).toUpperCase()}] ${text(msg)}${details.join('')}${stack}\n`
}

/** Quoted unless it is a plain word; a line break in a value can never start a line of its own. */
function formatValue(value: unknown): string {
  if (typeof value === 'string' && /^[\w./:@*-]+$/.test(value)) return value
  return JSON.stringify(value)
}

function text(value: unknown): string {
  if (typeof value !== 'string') return value === undefined ? '' : JSON.stringify(value)
  // Control characters of a client's making must not move the cursor of somebody's terminal.
  return value.replace(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))
}
