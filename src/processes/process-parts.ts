import type { Logger } from 'pino'
import type { Clock } from '../platform/clock.ts'
import type { KeyRing } from '../platform/crypto/sealer.ts'
import type { Ids } from '../platform/ids.ts'
import type { Config } from './config.ts'
import type { DatabaseAccess } from './database-access.ts'
import type { Resource } from './resource-stack.ts'
import type { ProcessRole } from './settings/process-roles.ts'

/** What every process has. */
export type BaseDeps = { config: Config; log: Logger; clock: Clock; ids: Ids }

/** What a process that holds data has besides. */
export type ProcessDeps = BaseDeps & { database: DatabaseAccess; keyRing: KeyRing; authSecret: string }

/** A role at work. `announce` is printed once everything is up. `address` is where it answers, if it does. */
export type RunningRole = Resource & { address?: string; announce?: string[] }

export type DataRole = Exclude<ProcessRole, 'bpjs-mock'>

/** What the roles of one process share (pools, features), and how each of them starts. Closed after all roles. */
export type OpenParts = Resource & { roles: Record<DataRole, () => Promise<RunningRole>> }

/** The product as seen by `startProcess`: wiring/ fills it with the features. */
export type ProcessParts = {
  /** Needs no database: it may run alone. */
  startBpjsMock(deps: BaseDeps): Promise<RunningRole & { address: string }>
  /** After the migrations: reference data, demo data. Repeatable, also by several processes at once. */
  prepare(deps: ProcessDeps): Promise<void>
  open(deps: ProcessDeps): Promise<OpenParts>
}
