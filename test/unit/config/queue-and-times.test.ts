import t from 'tap'
import { messagesOf, poolOf, poolYaml } from './support.ts'

t.match(poolOf(''), {
  queue: { size: 1000, timeoutMs: 30_000 },
  slowStartMs: 0,
  panic: true,
  dnsRefreshMs: 30_000,
})
t.match(poolOf('queue: { size: 0, timeout: 5s }, slowStart: 30s, panic: off, dnsRefresh: 5s'), {
  queue: { size: 0, timeoutMs: 5000 },
  slowStartMs: 30_000,
  panic: false,
  dnsRefreshMs: 5000,
})
t.match(messagesOf(poolYaml('queue: { size: -1 }')), [/queue\.size: must be at least 0/])
t.match(messagesOf(poolYaml('queue: { timeout: 0s }')), [/queue\.timeout: must be at least 10ms/])
t.match(messagesOf(poolYaml('slowStart: 30')), [/slowStart: must be a duration such as .*, not 30/])
t.match(messagesOf(poolYaml('panic: maybe')), [/panic: must be on or off/])
t.match(messagesOf(poolYaml('dnsRefresh: 10ms')), [/dnsRefresh: must be at least 1s/])
