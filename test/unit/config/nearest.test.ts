import t from 'tap'
import { editDistance, nearest } from '../../../src/config/nearest.ts'

t.equal(editDistance('weight', 'wieght'), 1, 'a swap of neighbours is one slip')
t.equal(editDistance('', 'abc'), 3)
t.equal(editDistance('kitten', 'sitting'), 3)
const known = ['weight', 'url', 'id', 'maxRequests']
t.equal(nearest('wieght', known), 'weight')
t.equal(nearest('maxrequests', known), 'maxRequests', 'letter case is no slip')
t.equal(nearest('colour', known), undefined, 'a wild guess helps nobody')
t.equal(nearest('di', known), 'id')
