import t from 'tap'
import { dashboards, everything } from './support/dashboards.ts'

const COLUMNS = 24

for (const [uid, dashboard] of dashboards) {
  t.test(`${uid}: panels fill the grid and do not overlap`, (t) => {
    const taken = new Set<string>()
    let bottom = 0
    for (const { title, gridPos } of everything(dashboard)) {
      const { x, y, w, h } = gridPos!
      bottom = Math.max(bottom, y + h)
      t.ok(Number.isInteger(w) && w > 0 && h > 0 && x + w <= COLUMNS, `${title!}: within the grid`)
      for (let column = x; column < x + w; column++)
        for (let row = y; row < y + h; row++) {
          const cell = `${column},${row}`
          if (taken.has(cell)) t.fail(`${title!} lies over another panel`)
          taken.add(cell)
        }
    }
    t.equal(taken.size, COLUMNS * bottom, 'no gaps')
    t.end()
  })

  t.test(`${uid}: every panel can be linked to by an id of its own`, (t) => {
    const ids = everything(dashboard).map(({ id }) => id)
    t.same(ids, [...new Set(ids)])
    t.end()
  })
}
