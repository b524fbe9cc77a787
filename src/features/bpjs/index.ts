import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { BpjsHealth } from '../../contracts/api/bpjs.ts'
import { type Language, type TextKey, translate } from '../../contracts/text/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { KeyRing, Sealer } from '../../platform/crypto/sealer.ts'
import type { App } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import { createAnswerCache } from './answer-cache.service.ts'
import type { AuditTrail, FileSpool, ListFigures, ListWork, RegionNames } from './bpjs.ports.ts'
import { registerBpjsRoutes } from './bpjs.routes.ts'
import { createMembershipDirectory, type MembershipDirectory } from './directory.service.ts'
import { createListCheck } from './list/data-check.ts'
import { createDrifts, type Drifts } from './list/drift.service.ts'
import { createListImport, type ImportList } from './list/import-list.service.ts'
import { createListPurge } from './list/list-purge.service.ts'
import { createListReader } from './list/list-read.service.ts'
import { createListSource } from './list/list-source.service.ts'
import { createListWork } from './list/list-work.service.ts'
import { registerListRoutes } from './list/lists.routes.ts'
import { createLists } from './list/lists.service.ts'
import { createRefusedRows } from './list/refused-rows.service.ts'
import { createManualChecks, type ManualChecks } from './manual-check.service.ts'
import { type MembershipSource, QUIET_HEALTH, unavailable } from './membership-source.domain.ts'
import { MOCK_CREDENTIALS } from './mock/index.ts'
import { createProtocolClient, type ProtocolSettings } from './protocol/client.ts'
import type { BpjsCredentials } from './protocol/signing.ts'
import { type BpjsPulse, pulseOf } from './pulse.domain.ts'
import { createSharedHealth } from './shared-health.service.ts'

export type { LookUpOptions, MembershipDirectory } from './directory.service.ts'
export { type MembershipImportDeps, runMembershipImport } from './list/import-command.ts'
export type { ImportList, ListImport, ListReport } from './list/import-list.service.ts'
export type { ManualCheckInput, ManualResult } from './manual-check.service.ts'
export type {
  Applicant,
  Difference,
  Enquiry,
  FoundMembership,
  MembershipResult,
  NotFound,
  Unavailable,
} from './membership.domain.ts'
export { compareNames } from './name-comparison.domain.ts'

type LiveSettings = {
  /** With the service's path, no default: BPJS has moved its hosts before. */
  baseUrl: string
  credentials: BpjsCredentials
  /** Default 8000. */
  timeoutMs?: number
  /** Calls at a time. Default 8. */
  concurrency?: number
}

/** Where memberships are looked up. `mock` speaks PCare with the mock's own credentials to `baseUrl` (its plain address). */
export type BpjsSettings =
  | ({ source: 'pcare' } & LiveSettings)
  | ({ source: 'vclaim' } & LiveSettings)
  | { source: 'mock'; baseUrl: string; timeoutMs?: number; concurrency?: number }
  | { source: 'list' }
  | { source: 'manual' }

export type BpjsDeps = {
  settings: BpjsSettings
  db: Db
  /** For COPY, on connections of its own. */
  pool: Pool
  sealer: Sealer
  /** The sealer's own keys, for the thread that reads lists. */
  keyRing: KeyRing
  clock: Clock
  ids: Ids
  audit: AuditTrail
  logger: Logger
  /** The region's zone: "today" for the cache, for VClaim's service date and for lists. */
  timeZone: string
  regions: RegionNames
  work: ListWork
  figures: ListFigures
  spool: FileSpool
  /** Months of lists whose people are kept, the present one included. */
  listMonthsKept: number
}

export type Bpjs = {
  directory: MembershipDirectory
  recordManualCheck: ManualChecks['record']
  importList: ImportList
  /** See `ListWorkRunner.goOn`. */
  goOnWithList(listId: string, signal: AbortSignal): Promise<void>
  /** See `createListPurge`. */
  purgeLists(signal: AbortSignal): Promise<void>
  /** See `createListCheck`. */
  checkLists: ReturnType<typeof createListCheck>
  drifts: Pick<Drifts, 'pickKnown' | 'findEvidence'>
  /** Health, lists and drifts. */
  registerRoutes(app: App): void
  /** How this process's connection to the source is doing. Nothing about any person. Costs nothing. */
  health(): BpjsHealth
  /** The newest that any process knows of the source, in one word, for everybody, with the text for people. */
  pulse(language: Language): Promise<BpjsPulse & { text: string }>
  /** Ends the connections. Look-ups under way become `unavailable`. */
  close(): Promise<void>
}

const DEFAULT_TIMEOUT_MS = 8_000
const DEFAULT_CONCURRENCY = 8
/** The mock is on this machine and harms nobody. */
const MOCK_CONCURRENCY = 64

/** Membership of JKN: one directory over the configured source, and what officers record by hand. */
export function createBpjs(deps: BpjsDeps): Bpjs {
  const connection = createSource(deps)
  const health = (): BpjsHealth => ({ source: connection.name, ...connection.health() })
  const shared = createSharedHealth({ ...deps, own: health })
  const source: MembershipSource = {
    ...connection,
    async ask(nik, deadline) {
      try {
        return await connection.ask(nik, deadline)
      } finally {
        shared.note()
      }
    },
  }
  const isLive = deps.settings.source !== 'list' && deps.settings.source !== 'manual'
  const cache = isLive ? createAnswerCache({ ...deps, source: source.name }) : null
  const manualChecks = createManualChecks(deps)
  const drifts = createDrifts(deps)
  const listWork = createListWork({ ...deps, reader: createListReader(deps) })
  const listPurge = createListPurge({ ...deps, monthsKept: deps.listMonthsKept })
  const listRoutes = { lists: createLists(deps), refusedRows: createRefusedRows(deps), drifts }
  return {
    directory: createMembershipDirectory({ source, cache, manualChecks, clock: deps.clock }),
    recordManualCheck: manualChecks.record,
    importList: createListImport(deps),
    goOnWithList: listWork.goOn,
    purgeLists: listPurge.purge,
    checkLists: createListCheck({ sealer: deps.sealer, oldestKept: listPurge.oldestKept }),
    drifts,
    registerRoutes(app) {
      registerBpjsRoutes(app, { health: shared.read })
      registerListRoutes(app, listRoutes)
    },
    health,
    async pulse(language) {
      const pulse = pulseOf(await shared.read())
      const key: TextKey<'bpjs'> =
        pulse.state === 'ok' || pulse.state === 'unknown' ? `pulse.${pulse.code}` : `reason.${pulse.code}`
      return { ...pulse, text: translate(language, 'bpjs', key) }
    },
    async close() {
      await connection.close()
      await shared.close()
    },
  }
}

function createSource({ settings, db, sealer, clock, timeZone, logger }: BpjsDeps): MembershipSource {
  switch (settings.source) {
    case 'mock':
    case 'pcare':
    case 'vclaim': {
      const client = createProtocolClient({ settings: protocolSettings(settings), clock, timeZone, logger })
      return { name: settings.source, ...client }
    }
    case 'list':
      return createListSource({ db, sealer, clock, timeZone })
    case 'manual':
      // The directory falls back to manual checks when its source has no answer; here that is the rule.
      return {
        name: 'manual',
        ask: async () => unavailable('no_manual_check'),
        health: () => QUIET_HEALTH,
        close: async () => {},
      }
  }
}

function protocolSettings(settings: Extract<BpjsSettings, { baseUrl: string }>): ProtocolSettings {
  const timeoutMs = settings.timeoutMs ?? DEFAULT_TIMEOUT_MS
  if (settings.source !== 'mock') {
    const concurrency = settings.concurrency ?? DEFAULT_CONCURRENCY
    return {
      protocol: settings.source,
      baseUrl: settings.baseUrl,
      credentials: settings.credentials,
      timeoutMs,
      concurrency,
    }
  }
  const { consId, secret, userKey, ...pcareLogin } = MOCK_CREDENTIALS
  return {
    protocol: 'pcare',
    baseUrl: new URL('/pcare-rest', settings.baseUrl).href,
    credentials: { consId, secret, userKey, pcareLogin },
    timeoutMs,
    concurrency: settings.concurrency ?? MOCK_CONCURRENCY,
  }
}
