/** Steady, light traffic of all three protocols with every kind of Moodle's pages, until it is told to stop. */
import { mkdtempSync, rmSync } from 'node:fs'
import http2 from 'node:http2'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gtlsGet } from '../../support/client-gtls.ts'
import { quinnGet, quinnUpload } from '../../support/client-quinn.ts'
import { findProgram } from '../../monitoring/support/daemon.ts'
import { run } from '../../support/client-tools.ts'
import type { Roam } from './roam.ts'

/** One of each class, and the pools that will get into trouble more often, as their alerts look at shares. */
const PATHS = [
  '/my/',
  '/course/view.php?id=1',
  '/lib/ajax/service.php?info=core_fetch_notifications',
  '/pluginfile.php/5/course/summary/notes.pdf?size=40000',
  '/course/view.php?id=2',
  '/theme/styles.php/boost/1/all',
  '/grade/report/user/index.php',
  '/mod/quiz/attempt.php?attempt=1',
  '/course/view.php?id=3',
  '/login/token.php',
  '/grade/report/user/index.php?id=2',
]
const UPLOAD_BYTES = 30_000
/** Requests of one HTTP/3 connection. */
const REPEAT = 20

type Visit = (signal: AbortSignal) => Promise<unknown>

/** `udpPort`: where HTTP/3 clients find Roam. What a visitor meets is not judged here: the metrics tell. */
export function startVisitors(roam: Roam, udpPort: number): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const folder = mkdtempSync(join(tmpdir(), 'roam-visitors-'))
  const h3 = (path: string, pauseMs: number): Visit => {
    const args = ['--repeat', String(REPEAT), '--pause', String(pauseMs)]
    return (signal) => quinnGet({ port: udpPort, ca: roam.caFile, path, args, signal })
  }
  const visits: readonly Visit[] = [
    (signal) => curl(roam, '--http1.1', signal),
    (signal) => curl(roam, '--http2', signal),
    ...['/my/', '/course/view.php', '/course/view.php?id=2', '/lib/ajax/service.php'].map((path) =>
      h3(path, 1000),
    ),
    ...['/theme/styles.php/boost/1/all', '/login/token.php', '/mod/quiz/attempt.php'].map((path) =>
      h3(path, 3000),
    ),
    ...Array.from({ length: 3 }, () => async () => {
      await request(roam, '/delay/400')
    }),
    h3('/pluginfile.php/5/course/summary/film.mp4?size=200000', 2000),
    async (signal) => {
      const port = udpPort
      await quinnUpload({ port, ca: roam.caFile, path: '/webservice/upload.php', signal }, UPLOAD_BYTES)
      await sleep(3000)
    },
    async () => {
      const args = [`--session-file=${join(folder, 'session')}`]
      await gtlsGet({ port: roam.port, path: '/my/', args, timeoutMs: 5000 })
      await request(roam, '/my/')
      await returnOverH2(roam)
      await leaveEarly(roam)
      await sleep(1000)
    },
  ]
  const loops = visits.map(async (visit) => {
    while (!stopping.signal.aborted) {
      // A visitor that was turned away comes again, not at once.
      await visit(stopping.signal).catch(() => sleep(1000))
    }
  })
  return {
    async stop() {
      stopping.abort()
      await Promise.all(loops)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** All paths and an upload on one connection, five requests a second. */
async function curl(roam: Roam, protocol: string, signal: AbortSignal): Promise<void> {
  const url = (path: string): string => `https://localhost:${roam.port}${path}`
  const shared = [
    '--silent',
    '--cacert',
    roam.caFile,
    '--resolve',
    `localhost:${roam.port}:127.0.0.1`,
    protocol,
    // Remembered from one page to the next: it comes back to the backend that it had.
    ...['--cookie', ''],
  ]
  await run(
    findProgram('curl'),
    [
      ...[...shared, '--rate', '5/s'],
      ...PATHS.flatMap((path) => ['--output', '/dev/null', url(path)]),
      ...['--next', ...shared, '--output', '/dev/null', '--form', 'file=@-'],
      url('/webservice/upload.php'),
    ],
    { input: Buffer.alloc(UPLOAD_BYTES), signal },
  )
}

/** The agent remembers sessions, not connections: every visit but the first resumes. */
const agent = new https.Agent({ keepAlive: false })

function request(roam: Roam, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    https
      .get(
        { host: '127.0.0.1', servername: 'localhost', port: roam.port, path, ca: roam.ca, agent },
        (response) => {
          response.resume().on('close', resolve)
        },
      )
      .on('error', reject)
  })
}

/** What the one before was given, to resume with. */
let ticket: Buffer | undefined

async function returnOverH2(roam: Roam): Promise<void> {
  const url = `https://localhost:${roam.port}`
  const session = http2.connect(url, { ca: roam.ca, ...(ticket && { session: ticket }) })
  const { promise, resolve } = Promise.withResolvers<undefined>()
  session.on('error', () => resolve(undefined))
  session.socket.on('session', (fresh: Buffer) => (ticket = fresh))
  session
    .request({ ':path': '/my/' })
    .on('error', () => {})
    .on('close', () => resolve(undefined))
    .resume()
    .end()
  await promise
  session.close()
}

/** A reader who goes away in the middle of a long answer. */
function leaveEarly(roam: Roam): Promise<void> {
  return new Promise((resolve, reject) => {
    const path = '/backup/backup.php?pieces=100'
    const request = https.get(
      { host: '127.0.0.1', servername: 'localhost', port: roam.port, path, ca: roam.ca },
      (response) => {
        response.once('data', () => request.destroy()).once('close', resolve)
        response.on('error', () => {})
      },
    )
    request.on('error', reject)
  })
}
