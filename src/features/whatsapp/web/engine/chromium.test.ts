import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readChromiumMajorVersion } from './chromium.ts'
import { findChromium } from './index.ts'

const directory = mkdtempSync(path.join(tmpdir(), 'puntadewa-chromium-test-'))
afterAll(() => rmSync(directory, { recursive: true }))

function program(name: string, says: string, mode = 0o755): string {
  const file = path.join(directory, name)
  writeFileSync(file, `#!/bin/sh\necho "${says}"\n`, { mode })
  return file
}

test('takes the configured one, and no other', async () => {
  const configured = program('configured', 'x')
  expect(await findChromium(configured, [program('system', 'x')])).toBe(configured)
  await expect(findChromium(path.join(directory, 'absent'), [configured])).rejects.toThrow('WHATSAPP_WEB_CHROMIUM')
  await expect(findChromium(program('plain', 'x', 0o644), [configured])).rejects.toThrow('not a program')
})

test('takes the first of the system that can be started', async () => {
  const second = program('second', 'x')
  expect(await findChromium(undefined, [path.join(directory, 'absent'), program('text', 'x', 0o644), second])).toBe(
    second,
  )
})

test('says what to do when there is none', async () => {
  await expect(findChromium(undefined, ['/nowhere/chromium'])).rejects.toThrow(
    'No Chromium found (looked for /nowhere/chromium): install one, or set WHATSAPP_WEB_CHROMIUM to the path of its program',
  )
})

test.each([
  ['Chromium 147.0.7727.55 built on Debian', 147],
  ['Google Chrome 153.0.8000.1', 153],
])('reads the version of "%s"', async (says, major) => {
  expect(await readChromiumMajorVersion(program(`version-${major}`, says))).toBe(major)
})

test('does not guess a version', async () => {
  await expect(readChromiumMajorVersion(program('silent', 'hello'))).rejects.toThrow('does not tell its version')
})
