import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { setScene } from '../support/acceptance.ts'
import { get } from '../support/roam-process.ts'

t.setTimeout(120_000)
t.test('an admin token that cannot be made leaves everything with the process that runs', async (t) => {
  const { roam } = await setScene(t, { protocols: ['http/1.1'] })
  // The directory is sound; the name of the draft that is written first is too long.
  const admin = `admin: { address: "127.0.0.1:0", tokenFile: ${'x'.repeat(250)} }\n`
  writeFileSync(roam.configFile, readFileSync(roam.configFile, 'utf8') + admin)
  await t.rejects(roam.succeed(), { message: /admin\.tokenFile: cannot be made \(ENAMETOOLONG\)/ })
  t.type(await get(roam.port, '/', roam.ca), 'string', 'it goes on serving')
})
