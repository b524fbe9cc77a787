import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { App } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import type { JobContext } from '../../platform/outbox/index.ts'
import type { Bpjs } from '../bpjs/index.ts'
import type { Db } from '../database.ts'
import type { Intake } from '../intake/index.ts'
import { createBatchAccess } from './batches/batch-access.ts'
import { registerBatchRoutes } from './batches/batches.routes.ts'
import { createBatches } from './batches/batches.service.ts'
import { createSealRun } from './batches/seal-run.service.ts'
import { createBatchSealing } from './batches/sealing.service.ts'
import type { EnrolmentPorts } from './enrolment.ports.ts'
import { registerBatchExportRoutes } from './exports/batch-export.routes.ts'
import { createBatchExports } from './exports/batch-export.service.ts'
import { registerLetterRoutes } from './letter/letter.routes.ts'
import { createLetters } from './letter/letter.service.ts'
import { registerProfileRoutes } from './profiles/profiles.routes.ts'
import { createProfiles } from './profiles/profiles.service.ts'
import { registerRuleRoutes } from './rules/rules.routes.ts'
import { createRules } from './rules/rules.service.ts'

export type { EnrolmentOffice, EnrolmentPorts, QuotaLedger, VillagePlace } from './enrolment.ports.ts'

export type EnrolmentDeps = {
  db: Db
  intake: Pick<
    Intake,
    'moveMany' | 'collectProposals' | 'listProposals' | 'loadCheckSubjects' | 'loadEnrolmentSubjects'
  >
  bpjs: Pick<Bpjs, 'directory'>
  sealer: Sealer
  clock: Clock
  ids: Ids
  ports: EnrolmentPorts
}

/** From eligible to BPJS: batches, their sealing, letter and files, layouts, and the rules of the regions. */
export function createEnrolment({ db, intake, bpjs, sealer, clock, ids, ports }: EnrolmentDeps) {
  const access = createBatchAccess(ports.regions)
  const rules = createRules({ db, clock, ports })
  const batches = createBatches({ db, intake, access, clock, ids, ports })
  const sealing = createBatchSealing({ db, intake, rules, sealer, clock, ports })
  const sealRun = createSealRun({ db, intake, directory: bpjs.directory, sealing, clock, ports })
  const profiles = createProfiles({ db, access, sealer, clock, ids, ports })
  const exports = createBatchExports({ db, access, profiles, sealer, ids, ports })
  const letters = createLetters({ db, access, ports })
  return {
    /** The routes under `/api/v1/enrolment`. Once per server. */
    registerRoutes(app: App): void {
      registerBatchRoutes(app, batches)
      registerProfileRoutes(app, profiles)
      registerBatchExportRoutes(app, exports)
      registerLetterRoutes(app, letters)
      registerRuleRoutes(app, rules)
    },
    /** Handler of the topic `batch.seal`. May run anywhere and be repeated; goes on where the last commit left a batch. */
    goOnWithSealing: (item: { payload: { batchId: string } }, { signal }: Pick<JobContext, 'signal'>): Promise<void> =>
      sealRun.goOn(item.payload.batchId, signal),
  }
}
export type Enrolment = ReturnType<typeof createEnrolment>
