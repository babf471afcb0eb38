import t from 'tap'
import { renderReport, styleOf } from '../../../src/cli/doctor/render.ts'

const report = { id: 'x', title: 'Title', status: 'fail', found: 'it is broken', advice: 'mend it' } as const

t.test('words without a terminal, signs without colours, colours', async (t) => {
  t.equal(styleOf({}, {}), 'words')
  t.equal(styleOf({ isTTY: true }, { NO_COLOR: '1' }), 'signs')
  t.equal(styleOf({ isTTY: true }, {}), 'colours')
})

t.test('what was found, and below it what to do', async (t) => {
  t.equal(
    renderReport(report, 'words'),
    'FAILED   Title                it is broken\n                              → mend it\n',
  )
  t.match(renderReport(report, 'signs'), /^✗ {2}Title/)
  t.match(renderReport(report, 'colours'), '\u001b[31m✗\u001b[0m')
  t.equal(
    renderReport({ id: 'x', title: 'Title', status: 'ok', found: 'fine' }, 'signs').split('\n').length,
    2,
  )
})

t.test('words of other programs stay on their line and do not steer the terminal', async (t) => {
  const found = 'alert\u001b[2J\nok  Metrics\r\u009b31m are fine\n'
  const text = renderReport({ id: 'x', title: 'Title', status: 'ok', found }, 'words')
  t.equal(text, 'ok       Title                alert [2J ok  Metrics 31m are fine\n')
})
