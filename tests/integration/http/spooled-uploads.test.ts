import { execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import path from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { openUploadSpool, type SpooledFile } from '../../../src/platform/files/upload-spool.ts'
import { registerSpooledUploadRoutes } from '../../../src/platform/http/index.ts'
import { createTemporaryDirectory } from '../../support/temporary-directory.ts'
import { createTestServer } from '../../support/test-server.ts'
import { makeUploadForm } from '../../support/upload-form.ts'

const MEGABYTE = 1024 * 1024
const SPOOL = path.join(import.meta.dirname, '../../../src/platform/files/upload-spool.ts')

/** Every file that was sent and lies there still. */
const filesUnder = (directory: string): string[] =>
  readdirSync(path.join(directory, 'uploads'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('lock'))
    .map((entry) => path.join(entry.parentPath, entry.name))

async function openWorld() {
  const directory = createTemporaryDirectory()
  const spool = await openUploadSpool(directory, { reserveBytes: 0 })
  onTestFinished(() => spool.close())
  const seen: { mode: number; folderMode: number; text: string }[] = []
  const app = await createTestServer(() => undefined)
  onTestFinished(() => app.close())
  const body = z.strictObject({ kind: z.enum(['a', 'b']), file: z.custom<SpooledFile>() })
  registerSpooledUploadRoutes(app, spool, 1, (scope) => {
    scope.post(
      '/tables',
      {
        config: { access: 'public' },
        schema: { body, response: { 200: z.object({ bytes: z.number(), sha256: z.string() }) } },
      },
      async (request) => {
        const { file } = request.body
        seen.push({
          mode: statSync(file.path).mode & 0o777,
          folderMode: statSync(path.dirname(file.path)).mode & 0o777,
          text: readFileSync(file.path, 'latin1'),
        })
        return { bytes: file.bytes, sha256: file.sha256 }
      },
    )
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const send = async (fields: Record<string, string>, file: Buffer) => {
    const { payload, headers } = await makeUploadForm(fields, file)
    return fetch(`${url}/tables`, { method: 'POST', headers, body: Uint8Array.from(payload) })
  }
  return { directory, url, send, seen }
}

test('a sent file is written to a private place, hashed, and gone after the answer', async () => {
  const { directory, send, seen } = await openWorld()
  const file = randomBytes(300_000)
  const response = await send({ kind: 'a' }, file)
  const sha256 = createHash('sha256').update(file).digest('hex')
  expect(await response.json()).toEqual({ bytes: file.length, sha256 })
  expect(seen).toEqual([{ mode: 0o600, folderMode: 0o700, text: file.toString('latin1') }])
  await expect.poll(() => filesUnder(directory)).toEqual([])
})

test('a call that is refused for another field leaves no file', async () => {
  const { directory, send, seen } = await openWorld()
  expect((await send({ kind: 'c' }, randomBytes(1000))).status).toBe(400)
  expect(seen).toEqual([])
  await expect.poll(() => filesUnder(directory)).toEqual([])
})

test('a file over the limit is refused and leaves nothing', async () => {
  const { directory, send, url } = await openWorld()
  const response = await send({ kind: 'a' }, randomBytes(MEGABYTE + 1))
  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({
    code: 'body_too_large',
    errors: [{ path: 'file', code: 'table_file_too_large' }],
  })
  // In pieces, so that no length is told before.
  const boundary = 'x'.repeat(20)
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n`
  const call = httpRequest(`${url}/tables`, {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'transfer-encoding': 'chunked' },
  })
  call.on('error', () => {})
  const answered = once(call, 'response')
  call.write(head)
  for (let n = 0; n < 24; n += 1) call.write(randomBytes(MEGABYTE / 16))
  call.end(`\r\n--${boundary}--\r\n`)
  const [answer] = (await answered) as [{ statusCode: number }]
  expect(answer.statusCode).toBe(413)
  await expect.poll(() => filesUnder(directory)).toEqual([])
})

test('a caller who hangs up in the middle of a file leaves nothing', async () => {
  const { directory, url, seen } = await openWorld()
  const call = httpRequest(`${url}/tables`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=abcdefgh', 'content-length': 500_000 },
  })
  call.on('error', () => {})
  call.write('--abcdefgh\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n')
  call.write(randomBytes(200_000))
  await expect.poll(() => filesUnder(directory)).toHaveLength(1)
  call.destroy()
  await expect.poll(() => filesUnder(directory)).toEqual([])
  expect(seen).toEqual([])
})

test('a file is refused before the disk is full', async () => {
  const directory = createTemporaryDirectory()
  const spool = await openUploadSpool(directory, { reserveBytes: Number.MAX_SAFE_INTEGER })
  onTestFinished(() => spool.close())
  const stream = Readable.from([randomBytes(10)])
  await expect(spool.take(stream, 100)).rejects.toMatchObject({ code: 'storage_full' })
  expect(stream.destroyed).toBe(true)
  expect(filesUnder(directory)).toEqual([])
})

const smallDisk = (script: string) =>
  promisify(execFile)('unshare', [
    '-rm',
    'sh',
    '-c',
    `mount -t tmpfs -o size=1m none "$1" && exec "$2" --input-type=module -e "$3" "$1"`,
    'sh',
    createTemporaryDirectory(),
    process.execPath,
    script,
  ])
const canMount = await promisify(execFile)('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt']).then(
  () => true,
  () => false,
)

// Only where a process may mount a disk for itself.
if (!canMount) console.log('Left out: a disk that fills up while a file comes. This process may not mount one.')
test.runIf(canMount)('a disk that fills up while a file comes is told, and has its room back', async () => {
  const script = `
    import { readdirSync, statfsSync } from 'node:fs'
    import { Readable } from 'node:stream'
    const { openUploadSpool } = await import(${JSON.stringify(SPOOL)})
    const spool = await openUploadSpool(DISK, { reserveBytes: -1e9 })
    const before = statfsSync(DISK).bfree
    const code = await spool.take(Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(65536, 1))), 1e8).catch((error) => error.code)
    const place = readdirSync(DISK + '/uploads').find((name) => name.length === 36)
    const left = readdirSync(DISK + '/uploads/' + place).filter((name) => !name.startsWith('lock'))
    console.log(JSON.stringify({ code, left, isFreeAgain: statfsSync(DISK).bfree === before }))`
  const { stdout } = await smallDisk(`const DISK = process.argv[1]\n${script}`)
  expect(JSON.parse(stdout)).toEqual({ code: 'storage_full', left: [], isFreeAgain: true })
})

test('what a killed process left is gone when the next one starts, and what a living one holds is not', async () => {
  const directory = createTemporaryDirectory()
  const living = await openUploadSpool(directory, { reserveBytes: 0 })
  onTestFinished(() => living.close())
  const held = await living.take(Readable.from([Buffer.from('living')]), 100)
  const child = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { Readable } from 'node:stream'
     const { openUploadSpool } = await import(${JSON.stringify(SPOOL)})
     const spool = await openUploadSpool(${JSON.stringify(directory)}, { reserveBytes: 0 })
     await spool.take(Readable.from([Buffer.from('killed')]), 100)
     console.log('taken')
     setInterval(() => {}, 1000)`,
  ])
  await once(child.stdout, 'data')
  expect(filesUnder(directory)).toHaveLength(2)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const next = await openUploadSpool(directory, { reserveBytes: 0 })
  onTestFinished(() => next.close())
  expect(filesUnder(directory)).toEqual([held.path])
  expect(
    readdirSync(path.join(directory, 'uploads'), { withFileTypes: true }).filter((entry) => entry.isDirectory()),
  ).toHaveLength(2)
})
