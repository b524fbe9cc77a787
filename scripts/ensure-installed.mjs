// Runs before `npm start` and `npm test` on whatever Node the host has: installs what package-lock.json asks for when it is not there yet.
import { spawnSync } from 'node:child_process'
import { statSync, utimesSync } from 'node:fs'
import path from 'node:path'

const root = path.join(import.meta.dirname, '..')
const installed = path.join(root, 'node_modules/.package-lock.json')
const modifiedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

if (modifiedAt(installed) < modifiedAt(path.join(root, 'package-lock.json'))) {
  console.log('Installing dependencies (first start, or package-lock.json has changed) ...')
  // Not `npm ci`: it refuses a lock file that leaves out optional packages for other systems, and a registry mirror may not
  // have those. This installs the same versions from the lock file and leaves that file alone.
  const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0) {
    // Absent or too old still: the next command tries again.
    const reason = npm.error ? `npm could not be run (${npm.error.message})` : 'npm says above why'
    console.error(
      `The dependencies are not installed; ${reason}. Most often the network or the registry cannot be reached`,
    )
    console.error('(npm ping tells), or the disk is full. Put that right and run the same command again.')
    process.exit(npm.status || 1)
  }
  utimesSync(installed, new Date(), new Date())
}
