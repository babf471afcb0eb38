import t from 'tap'
import type { RouteClass } from '../../../src/core/events.ts'
import type { RequestHead } from '../../../src/core/exchange.ts'
import { classifyRoute } from '../../../src/router/route-class.ts'

function classOf(method: string, path: string, contentType?: string): RouteClass {
  const head: RequestHead = {
    method,
    scheme: 'https',
    authority: 'moodle.example.org',
    target: path,
    path,
    fields: contentType === undefined ? [] : ['accept', '*/*', 'content-type', contentType],
    contentLength: undefined,
    hasBody: contentType !== undefined,
    expectsContinue: false,
  }
  return classifyRoute(head)
}

const GETS: Readonly<Record<RouteClass, readonly string[]>> = {
  static: [
    '/theme/styles.php/boost/1700000000_1/all',
    '/theme/image.php',
    '/theme/font.php/boost/core/1700000000/fontawesome-webfont.woff2',
    '/lib/javascript.php/1700000000/lib/javascript-static.js',
    '/lib/requirejs.php/1700000000/core/first.js',
    '/moodle/lib/javascript.php',
    '/pix/moodlelogo.svg',
    '/favicon.ico',
  ],
  file: [
    '/pluginfile.php/23/mod_resource/content/1/lecture.pdf',
    '/webservice/pluginfile.php/23/x.png',
    '/tokenpluginfile.php/abc/23/x.png',
    '/draftfile.php/5/user/draft/9/a.png',
  ],
  ajax: ['/lib/ajax/service.php', '/lib/ajax/service-nologin.php'],
  webservice: ['/webservice/rest/server.php', '/login/token.php'],
  upload: ['/webservice/upload.php'],
  quiz: ['/mod/quiz/attempt.php', '/mod/quiz/summary.php', '/moodle/mod/quiz/review.php'],
  page: [
    '/',
    '/course/view.php',
    '/my/',
    '/course',
    '/mod/quiz/view.php',
    '/index.php',
    '/user/image.php',
    '/theme/index.php',
  ],
  other: ['/admin/tool/heartbeat/', '/admin/tool/heartbeat/index.php'],
}

for (const [wanted, paths] of Object.entries(GETS)) {
  for (const path of paths) {
    t.test(`GET ${path} is ${wanted}`, (t) => {
      t.equal(classOf('GET', path), wanted)
      t.end()
    })
  }
}

t.test('a form with files is an upload', (t) => {
  t.equal(classOf('POST', '/repository/repository_ajax.php', 'multipart/form-data; boundary=x'), 'upload')
  t.equal(classOf('POST', '/course/modedit.php', 'Multipart/Form-Data;boundary=x'), 'upload')
  t.equal(classOf('POST', '/course/modedit.php', 'application/x-www-form-urlencoded'), 'page')
  t.equal(classOf('POST', '/course/modedit.php', 'multipart/form-data-like'), 'page')
  t.equal(classOf('GET', '/course/view.php', 'multipart/form-data; boundary=x'), 'page')
  t.end()
})

t.test('an answer in a quiz is no upload, though its form is sent like one', (t) => {
  t.equal(classOf('POST', '/mod/quiz/processattempt.php', 'multipart/form-data; boundary=x'), 'quiz')
  t.equal(classOf('POST', '/mod/quiz/startattempt.php', 'application/x-www-form-urlencoded'), 'quiz')
  t.end()
})

t.test('other methods are no page views', (t) => {
  t.equal(classOf('DELETE', '/course/view.php'), 'other')
  t.equal(classOf('OPTIONS', '*'), 'other')
  t.equal(classOf('PUT', '/file.txt'), 'other')
  t.end()
})
