/** `promtool check config`, with the files beside the configuration that it names. */
import { copyFileSync, cpSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../support/client-tools.ts'
import type { Finished } from '../../support/client-tools.ts'
import { makeCertificate } from '../../support/roam-process.ts'

export const MONITORING = fileURLToPath(new URL('../../../monitoring/', import.meta.url))

/** In a folder of its own: `text` as prometheus.yml, the shipped rules and targets, and an authority. */
export async function checkConfig(folder: string, text: string): Promise<Finished> {
  writeFileSync(join(folder, 'prometheus.yml'), text)
  copyFileSync(makeCertificate(folder).cert, join(folder, 'roam-ca.pem'))
  for (const name of ['rules', 'targets'])
    if (!existsSync(join(folder, name)))
      cpSync(join(MONITORING, 'prometheus', name), join(folder, name), { recursive: true })
  return run('promtool', ['check', 'config', join(folder, 'prometheus.yml')])
}
