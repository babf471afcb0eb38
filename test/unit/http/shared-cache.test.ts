import t from 'tap'
import { isForEverybody } from '../../../src/http/shared-cache.ts'

const said = (...values: string[]) => isForEverybody(values.flatMap((value) => ['cache-control', value]))

for (const value of ['public', 'Public, Max-Age=60', 'max-age=60', 'no-cache, s-maxage=60', 's-maxage="60"'])
  t.ok(said(value), value)
for (const value of ['', 'private', 'max-age=60, private', 'no-store', 'no-cache', 'max-age=0', 'publicity'])
  t.notOk(said(value), value)
t.notOk(isForEverybody(['content-type', 'public']))
t.notOk(said('public', 'private'), 'in two fields')
