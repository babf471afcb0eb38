/** What the doctor knows by heart is what the other files of the project say. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { RULE_GROUPS } from '../../../src/cli/doctor/checks/rules.ts'
import { KERNEL_BUFFER_BYTES } from '../../../src/cli/doctor/checks/socket-buffers.ts'
import { ROAM_JOB } from '../../../src/cli/doctor/target.ts'
import { ROAM_JOB as JOB_OF_RULES, THRESHOLDS } from '../../../monitoring/rules/thresholds.ts'
import { SOON_DAYS } from '../../../src/cli/doctor/checks/tls.ts'
import { FULL_RATIO } from '../../../src/cli/doctor/checks/file-descriptors.ts'

const text = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')

t.test('the groups of the shipped rules', async (t) => {
  const shipped = ['recording', 'alerts'].flatMap((file) =>
    [...text(`monitoring/prometheus/rules/${file}.yml`).matchAll(/^ {2}- name: (.+)$/gm)].map(
      ([, name]) => name,
    ),
  )
  t.strictSame(RULE_GROUPS, shipped)
})

t.test('the scrape job and the alerts’ thresholds', async (t) => {
  t.equal(ROAM_JOB, JOB_OF_RULES)
  t.equal(SOON_DAYS * 86_400, THRESHOLDS.certificateWarningSeconds)
  t.equal(FULL_RATIO, THRESHOLDS.fileDescriptorRatio)
})

t.test('the buffer that the engine asks the kernel for', async (t) => {
  const [, factor, shift] =
    /KERNEL_BUFFER: usize = (\d+) << (\d+);/.exec(text('native/core/src/socket.rs')) ?? []
  t.equal(KERNEL_BUFFER_BYTES, Number(factor) * 2 ** Number(shift))
})
