import t from 'tap'
import { parseRetention } from '../../../src/cli/doctor/checks/retention.ts'

t.equal(parseRetention('15d'), 15 * 86_400)
t.equal(parseRetention('8d8h'), 200 * 3600)
t.equal(parseRetention('1w2d or 10GiB'), 9 * 86_400)
t.equal(parseRetention('10GiB'), undefined)
t.equal(parseRetention(''), undefined)
