import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { UploadSpool } from '../../platform/files/upload-spool.ts'
import type { App } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import type { JobContext } from '../../platform/outbox/index.ts'
import type { Bpjs } from '../bpjs/index.ts'
import type { Db } from '../database.ts'
import type { Intake } from '../intake/index.ts'
import { registerNotYetActiveRoutes } from './activation/not-yet-active.routes.ts'
import { createNotYetActive } from './activation/not-yet-active.service.ts'
import { createRechecks } from './activation/recheck.service.ts'
import { createBatchAccess } from './batches/batch-access.ts'
import { registerBatchRoutes } from './batches/batches.routes.ts'
import { createBatches } from './batches/batches.service.ts'
import { createBatchCheck } from './batches/data-check.ts'
import { createSealRun } from './batches/seal-run.service.ts'
import { createBatchSealing } from './batches/sealing.service.ts'
import { findSent } from './batches/sent-row.repository.ts'
import type { EnrolmentPorts } from './enrolment.ports.ts'
import { registerBatchExportRoutes } from './exports/batch-export.routes.ts'
import { createBatchExports } from './exports/batch-export.service.ts'
import { registerLetterRoutes } from './letter/letter.routes.ts'
import { createLetters } from './letter/letter.service.ts'
import { registerProfileRoutes } from './profiles/profiles.routes.ts'
import { createProfiles } from './profiles/profiles.service.ts'
import { createResultProfiles } from './results/result-profiles.service.ts'
import { createResultRun } from './results/result-run.service.ts'
import { createResultUndo } from './results/result-undo.service.ts'
import { registerResultRoutes } from './results/results.routes.ts'
import { createResults } from './results/results.service.ts'
import { registerRuleRoutes } from './rules/rules.routes.ts'
import { createRules } from './rules/rules.service.ts'

export type { EnrolmentOffice, EnrolmentPorts, QuotaLedger, VillagePlace } from './enrolment.ports.ts'

export type EnrolmentDeps = {
  db: Db
  intake: Pick<
    Intake,
    | 'moveMany'
    | 'collectProposals'
    | 'listProposals'
    | 'listSeatStandings'
    | 'loadCheckSubjects'
    | 'loadEnrolmentSubjects'
  >
  bpjs: Pick<Bpjs, 'directory'>
  sealer: Sealer
  clock: Clock
  ids: Ids
  /** Where files of results lie while they are read. */
  spool: Pick<UploadSpool, 'take'>
  ports: EnrolmentPorts
}

/** From eligible to BPJS: batches, their sealing, letter and files, layouts, and the rules of the regions. */
export function createEnrolment({ db, intake, bpjs, sealer, clock, ids, spool, ports }: EnrolmentDeps) {
  const access = createBatchAccess(ports.regions)
  const rules = createRules({ db, clock, ports })
  const batches = createBatches({ db, intake, access, clock, ids, ports })
  const sealing = createBatchSealing({ db, intake, rules, sealer, clock, ports })
  const sealRun = createSealRun({ db, intake, directory: bpjs.directory, sealing, clock, ports })
  const profiles = createProfiles({ db, access, sealer, clock, ids, ports })
  const exports = createBatchExports({ db, access, profiles, sealer, ids, ports })
  const letters = createLetters({ db, access, ports })
  const resultProfiles = createResultProfiles({ db, clock, ids, ports })
  const results = createResults({ db, access, profiles: resultProfiles, sealer, clock, ids, ports })
  const undo = createResultUndo({ db, intake, results, clock, ports })
  const resultRun = createResultRun({ db, intake, rules, clock, ports })
  const rechecks = createRechecks({ db, intake, directory: bpjs.directory, clock, ports })
  const notYetActive = createNotYetActive({ db, clock, rechecks, ports })
  return {
    /** The routes under `/api/v1/enrolment`. Once per server. */
    registerRoutes(app: App): void {
      registerBatchRoutes(app, batches)
      registerProfileRoutes(app, profiles)
      registerBatchExportRoutes(app, exports)
      registerLetterRoutes(app, letters)
      registerRuleRoutes(app, rules)
      registerResultRoutes(app, { results, undo, profiles: resultProfiles, spool })
      registerNotYetActiveRoutes(app, notYetActive)
    },
    /** How a case stands with BPJS; null when it was never sent. For whoever has checked that the caller may see the case. */
    findSent,
    /** Handler of the topic `batch.seal`. May run anywhere and be repeated; goes on where the last commit left a batch. */
    goOnWithSealing: (item: { payload: { batchId: string } }, { signal }: Pick<JobContext, 'signal'>): Promise<void> =>
      sealRun.goOn(item.payload.batchId, signal),
    /** Handler of the topic `results.work`. May run anywhere and be repeated; goes on where the last commit left an import. */
    goOnWithResults: (item: { payload: { resultId: string } }, { signal }: Pick<JobContext, 'signal'>): Promise<void> =>
      resultRun.goOn(item.payload.resultId, signal),
    /** Schedule `activation.recheck`: asks about some of those who are due. Repeatable, also by several at once. */
    recheckActivation: ({ signal }: Pick<JobContext, 'signal'>): Promise<void> => rechecks.run(signal),
    /** For `data verify`: batches, their rows and BPJS's results against cases, journal and what was sealed. */
    checkBatches: createBatchCheck({ sealer }),
  }
}
export type Enrolment = ReturnType<typeof createEnrolment>
