import { createHash, randomBytes } from 'node:crypto'
import { readFile, readlink } from 'node:fs/promises'

const PLACE_LENGTH = 12

export type HolderName = {
  /** Machine, place and process: what people see, and what other processes of the place recognise. */
  name: string
  /** Whether the process of that name has ended for certain. False when that cannot be known from here. */
  isGone(name: string): boolean
}

/**
 * Where a process number means something: one start of one machine, one namespace of processes. With the profile, because only
 * whoever shares it also ends the browser that a dead holder left. Random where the system does not tell.
 */
async function findPlace(dataDirectory: string): Promise<string> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const namespace = await readlink('/proc/self/ns/pid')
    return createHash('sha256').update(`${boot}\n${namespace}\n${dataDirectory}`).digest('hex').slice(0, PLACE_LENGTH)
  } catch {
    return randomBytes(PLACE_LENGTH / 2).toString('hex')
  }
}

function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    // Anything else, as one of another user, is there. So is a number that was given to another process since: the lease is waited for.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

/** The name of this process as a holder of the session. */
export async function nameHolder(machine: string, dataDirectory: string): Promise<HolderName> {
  const place = `${machine}/${await findPlace(dataDirectory)}/`
  return {
    name: `${place}${process.pid}`,
    isGone(name) {
      const pid = name.startsWith(place) ? name.slice(place.length) : ''
      return /^[1-9]\d*$/.test(pid) && hasEnded(Number(pid))
    },
  }
}
