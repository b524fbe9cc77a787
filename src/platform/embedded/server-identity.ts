import { spawnSync } from 'node:child_process'
import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'

const SYSTEM_USER = 'postgres'

/** How to start a program so that PostgreSQL accepts it: PostgreSQL refuses to run as root. */
export type ServerIdentity = {
  /** Who must own the data directory; null: whoever we are. */
  owner: { uid: number; gid: number } | null
  wrap(file: string, args: string[]): { file: string; args: string[]; uid?: number; gid?: number }
}

/**
 * Chooses the identity for a server that must enter `directories`. Not root: ourselves. Root: the system user `postgres`, made
 * when it is missing. When that user cannot pass a directory on the way (a clone under /root, a mkdtemp directory), it
 * keeps the one capability to pass and nothing else of root's rights.
 */
export function chooseServerIdentity(directories: string[]): ServerIdentity {
  if (process.getuid?.() !== 0) return { owner: null, wrap: (file, args) => ({ file, args }) }
  const owner = findSystemUser() ?? createSystemUser()
  if (directories.every((target) => isReachable(target, owner))) {
    return { owner, wrap: (file, args) => ({ file, args, ...owner }) }
  }
  const keepOnly = '-all,+dac_override'
  const options = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups']
  options.push(`--inh-caps=${keepOnly}`, `--ambient-caps=${keepOnly}`, `--bounding-set=${keepOnly}`, '--')
  if (spawnSync('setpriv', [...options, 'true']).status !== 0) {
    throw new Error(
      `PostgreSQL does not run as root, and the system user ${SYSTEM_USER} cannot enter ${directories.join(' or ')}; ` +
        'use a directory that others may enter, or run as another user',
    )
  }
  return { owner, wrap: (file, args) => ({ file: 'setpriv', args: [...options, file, ...args] }) }
}

type SystemUser = { uid: number; gid: number }

function findSystemUser(): SystemUser | undefined {
  const ids = ['-u', '-g'].map((flag) => {
    const { status, stdout } = spawnSync('id', [flag, SYSTEM_USER], { encoding: 'utf8' })
    return status === 0 ? Number(stdout) : Number.NaN
  })
  const [uid, gid] = ids
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid: uid ?? 0, gid: gid ?? 0 } : undefined
}

function createSystemUser(): SystemUser {
  spawnSync('groupadd', ['--system', SYSTEM_USER])
  spawnSync('useradd', ['--system', '--no-create-home', '--gid', SYSTEM_USER, SYSTEM_USER])
  const user = findSystemUser()
  if (!user) {
    throw new Error(
      `PostgreSQL does not run as root, and no system user ${SYSTEM_USER} could be made; run as another user`,
    )
  }
  return user
}

/** Whether the directory and every one above it lets the user pass, by permission bits. */
function isReachable(target: string, user: SystemUser): boolean {
  const enter = 0o1
  for (let directory = realpathSync(target); ; directory = path.dirname(directory)) {
    const { uid, gid, mode } = statSync(directory)
    const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0
    if (((mode >> shift) & enter) === 0) return false
    if (directory === path.dirname(directory)) return true
  }
}
