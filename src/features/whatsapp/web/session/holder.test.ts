import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { nameHolder } from './holder.ts'

const DATA = '/srv/data'

async function startProcess(): Promise<{ pid: number; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  return {
    pid: child.pid ?? expect.unreachable('no process'),
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

const nameOf = (own: string, pid: number | string): string => own.replace(/\d+$/u, String(pid))

test('names machine, place and process, alike for every process on the same profile', async () => {
  const { name } = await nameHolder('dinkes', DATA)
  expect(name).toMatch(/^dinkes\/[0-9a-f]{12}\/\d+$/u)
  expect(name.endsWith(`/${process.pid}`)).toBe(true)
  expect((await nameHolder('dinkes', DATA)).name).toBe(name)
  expect((await nameHolder('dinkes', '/srv/other')).name).not.toBe(name)
})

test('knows that a process has ended, and not before it has', async () => {
  const { name, isGone } = await nameHolder('dinkes', DATA)
  const holder = await startProcess()
  expect(isGone(nameOf(name, holder.pid))).toBe(false)
  await holder.kill()
  expect(isGone(nameOf(name, holder.pid))).toBe(true)
  expect(isGone(name)).toBe(false)
})

test('knows nothing of a process elsewhere, on another profile or without a number', async () => {
  const { name, isGone } = await nameHolder('dinkes', DATA)
  const ended = await startProcess()
  await ended.kill()
  for (const [machine, data] of [
    ['puskesmas', DATA],
    ['dinkes', '/srv/other'],
  ] as const) {
    const other = await nameHolder(machine, data)
    expect(isGone(nameOf(other.name, ended.pid))).toBe(false)
  }
  for (const pid of ['', '0', '-1', `${ended.pid} `]) expect(isGone(nameOf(name, pid))).toBe(false)
})
