/**
 * Builds the QUIC addon (native/) for this machine: `node scripts/build-native.ts`, also run by `npm ci` (prepare).
 * Quick when nothing has changed: a stamp remembers the hash of everything that the addon is made of.
 * Needs cargo, cmake, a C++ compiler and libclang; says in one line what is missing.
 *
 * `node scripts/build-native.ts cargo test --workspace` runs cargo in native/ in the same environment.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const native = join(root, 'native')
const cache = join(native, '.cache')
const stamp = join(native, '.build-stamp')
const addon = join(native, `roam-native.${process.platform}-${process.arch}.node`)
const library = { darwin: 'libroam_native.dylib', win32: 'roam_native.dll' }[process.platform as string]
const built = join(native, 'target', 'release', library ?? 'libroam_native.so')

/** What libclang is called where. */
const LIBCLANG = /^(lib)?clang(-\d+)?\.(so|dylib|dll)(\.\d+)*$/

class Missing extends Error {}

function main(): void {
  const [command, ...rest] = process.argv.slice(2)
  if (command === 'cargo') cargo(rest)
  else build()
}

function build(): void {
  const wanted = hashOfSources()
  if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    console.log('native addon: up to date')
    return
  }
  const first = existsSync(join(native, 'target', 'release')) ? '' : ' (the first build takes some minutes)'
  console.log(`native addon: building${first}`)
  const started = performance.now()
  cargo(['build', '--release', '--locked', '--package', 'roam-native'])
  // A running process may have the old file mapped: replace the name, not the bytes.
  copyFileSync(built, `${addon}.new`)
  renameSync(`${addon}.new`, addon)
  writeFileSync(stamp, wanted)
  console.log(`native addon: built in ${Math.round((performance.now() - started) / 1000)} s`)
}

function cargo(args: readonly string[]): void {
  requireTool('cargo', 'Rust 1.95 or later (https://rustup.rs)')
  requireTool('cmake', 'cmake (Debian: apt-get install cmake)')
  requireTool(process.env['CXX'] ?? 'c++', 'a C++ compiler (Debian: apt-get install g++)')
  const env = { ...process.env, ...libclangEnvironment() }
  const { status } = spawnSync('cargo', args, { cwd: native, env, stdio: 'inherit' })
  if (status !== 0) throw new Missing(`cargo ${args[0] ?? ''} failed in native/, see above`)
}

function hashOfSources(): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  const files = ['Cargo.toml', 'Cargo.lock']
  for (const crate of ['core', 'binding']) {
    files.push(join(crate, 'Cargo.toml'))
    if (existsSync(join(native, crate, 'build.rs'))) files.push(join(crate, 'build.rs'))
    const sources = readdirSync(join(native, crate, 'src'), { recursive: true, encoding: 'utf8' })
    files.push(...sources.filter((name) => name.endsWith('.rs')).map((name) => join(crate, 'src', name)))
  }
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(native, file)))
  return hash.digest('hex')
}

function run(command: string, args: readonly string[]): string | undefined {
  const result = spawnSync(command, args, { encoding: 'utf8' })
  return result.status === 0 ? result.stdout.trim() : undefined
}

function requireTool(command: string, what: string): void {
  if (run(command, ['--version']) === undefined) {
    throw new Missing(`"${command}" is missing: install ${what}`)
  }
}

/**
 * BoringSSL's bindings are generated at build time, which needs libclang: the machine's own, or the one from PyPI. What
 * the build finds by itself is not named: a changed LIBCLANG_PATH would make cargo build BoringSSL again.
 */
function libclangEnvironment(): Record<string, string> {
  const own = [process.env['LIBCLANG_PATH'], run('llvm-config', ['--libdir']), ...systemFolders()]
  if (own.some(hasLibclang)) return {}
  const folder = join(cache, 'libclang', 'clang', 'native')
  if (!hasLibclang(folder)) installLibclang()
  if (!hasLibclang(folder)) {
    throw new Missing(
      'libclang is missing: install it (Debian: apt-get install libclang-dev) or set LIBCLANG_PATH',
    )
  }
  // PyPI's libclang comes without the compiler's own headers (stddef.h and the like): take the C compiler's.
  const headers = run('cc', ['-print-file-name=include'])
  return { LIBCLANG_PATH: folder, ...(headers && { BINDGEN_EXTRA_CLANG_ARGS: `-I${headers}` }) }
}

function installLibclang(): void {
  console.log('native addon: no libclang on this machine, fetching the one from PyPI')
  mkdirSync(cache, { recursive: true })
  const target = ['--quiet', '--no-deps', '--only-binary', ':all:', '--target', join(cache, 'libclang')]
  const python = process.platform === 'win32' ? 'python' : 'python3'
  spawnSync(python, ['-m', 'pip', 'install', ...target, 'libclang==18.1.1'], { stdio: 'inherit' })
}

function hasLibclang(folder: string | undefined): folder is string {
  return folder !== undefined && existsSync(folder) && readdirSync(folder).some((name) => LIBCLANG.test(name))
}

function systemFolders(): string[] {
  const folders = ['/usr/lib', '/usr/lib64', '/usr/local/lib', '/opt/homebrew/opt/llvm/lib']
  for (const base of ['/usr/lib', '/usr/lib64']) {
    if (!existsSync(base)) continue
    const names = readdirSync(base)
    folders.push(...names.filter((name) => name.startsWith('llvm')).map((name) => join(base, name, 'lib')))
    folders.push(...names.filter((name) => name.endsWith('-linux-gnu')).map((name) => join(base, name)))
  }
  return folders
}

try {
  main()
} catch (error) {
  if (!(error instanceof Missing)) throw error
  console.error(`native addon: ${error.message}`)
  process.exitCode = 1
}
