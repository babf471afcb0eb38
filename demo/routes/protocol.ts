/** Corners of HTTP that a proxy must carry through, and ways to die. */
import { answer, answerJson, numberAfter, readBody } from '../visit.ts'
import type { Handler } from '../visit.ts'

/** The request's head as it arrived, in JSON. */
export const echo: Handler = async (visit) => {
  const { request, state } = visit
  await readBody(visit)
  answerJson(visit, 200, {
    backend: state.id,
    method: request.method,
    target: request.url,
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
    rawTrailers: request.rawTrailers,
    bodyBytes: visit.entry.bodyBytes,
    remoteAddress: request.socket.remoteAddress,
  })
}

/** `/status/503` */
export const status: Handler = (visit) => {
  const code = numberAfter(visit.path, '/status/') ?? 200
  if (code < 200 || code > 599) {
    answer(visit, 400, 'text/plain', 'A status is between 200 and 599.\n')
  } else if (code === 204 || code === 304) {
    visit.response.writeHead(code).end()
  } else {
    answer(visit, code, 'text/plain', `${code} from ${visit.state.id}\n`)
  }
}

/** 103 Early Hints before the answer (RFC 8297). */
export const hints: Handler = (visit) => {
  visit.response.writeEarlyHints({ link: '</theme/styles.php/boost/1/all>; rel=preload; as=style' })
  answer(visit, 200, 'text/plain', 'after 103\n')
}

/** Fields after the body (RFC 9110 §6.5). */
export const trailers: Handler = ({ response }) => {
  response.writeHead(200, { 'content-type': 'text/plain', trailer: 'x-checksum' })
  response.write('a body, then trailers\n')
  response.addTrailers({ 'x-checksum': 'c0ffee' })
  response.end()
}

/** `/broken/head`, `/broken/length`, `/broken/chunks`: the connection dies before, or in the middle of, the answer. */
export const broken: Handler = ({ path, response }) => {
  const socket = response.socket
  if (path === '/broken/length') response.writeHead(200, { 'content-length': '1000' })
  if (path === '/broken/chunks') response.writeHead(200)
  if (path === '/broken/head' || socket === null) {
    socket?.resetAndDestroy()
    return
  }
  // What was written leaves before the end does: the client sees half an answer, not none.
  response.write('only a part of what was promised\n', () => setTimeout(() => socket.destroy(), 20))
}
