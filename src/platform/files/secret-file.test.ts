import { readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createTemporaryDirectory } from '../../../tests/support/temporary-directory.ts'
import { findLockHolder, tryLockDirectory } from './directory-lock.ts'
import { getOrCreateSecret } from './secret-file.ts'

test('makes a secret once, readable by its owner only', async () => {
  const file = path.join(createTemporaryDirectory(), 'keys/secret')
  expect(await getOrCreateSecret(file, () => 'first')).toBe('first')
  expect(await getOrCreateSecret(file, () => 'second')).toBe('first')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700)
})

test('gives all who ask at once the same secret, and leaves no draft', async () => {
  const file = path.join(createTemporaryDirectory(), 'secret')
  const secrets = await Promise.all(
    Array.from({ length: 20 }, (_, index) => getOrCreateSecret(file, () => `secret ${index}`)),
  )
  expect(new Set(secrets).size).toBe(1)
  expect(readdirSync(path.dirname(file))).toEqual(['secret'])
})

test('does not take a directory that cannot be written for one without a secret', async () => {
  const file = path.join(createTemporaryDirectory(), 'file')
  writeFileSync(file, '')
  await expect(getOrCreateSecret(path.join(file, 'secret'), () => 'x')).rejects.toThrow('ENOTDIR')
})

test('a directory has one holder at a time, and is free again after it', () => {
  const directory = createTemporaryDirectory()
  const first = tryLockDirectory(directory)
  expect(tryLockDirectory(directory)).toBeUndefined()
  expect(findLockHolder(directory)).toBe(String(process.pid))
  first?.release()
  const second = tryLockDirectory(directory)
  expect(second).toBeDefined()
  second?.release()
})
