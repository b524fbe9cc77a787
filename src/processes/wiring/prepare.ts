import { createAccounts } from '../../features/accounts/index.ts'
import { createAudit, deriveChainKey } from '../../features/audit/index.ts'
import { createCoverage } from '../../features/coverage/index.ts'
import type { DB } from '../../features/database.ts'
import { createRegions, DEMO_OFFICES, DEMO_REGION } from '../../features/regions/index.ts'
import { createKysely, createPool } from '../../platform/db/database.ts'
import type { ProcessDeps } from '../process-parts.ts'
import { accountsDeps } from './features.ts'

/** What the tables must hold before the product serves: all regions, and in a demo its offices and accounts. As the owner. */
export async function prepare(deps: ProcessDeps): Promise<void> {
  const { database, config, log, clock, ids } = deps
  const pool = createPool(
    { url: database.ownerUrl, role: null, poolSize: 2, applicationName: 'puntadewa-prepare' },
    (error) => log.warn({ reason: error.message }, 'idle database connection lost'),
  )
  const db = createKysely<DB>(pool)
  try {
    const audit = createAudit({
      db,
      chainKey: deriveChainKey(deps.keyRing.index),
      clock,
      offices: { listOfficeIds: (regionCode) => regions.listOfficeIds(db, regionCode) },
      people: { listNames: async () => new Map() },
    })
    const regions = createRegions({ db, audit, clock, ids })
    await regions.loadReferenceData(db)
    if (config.demo.isOn) await regions.seedDemo(db)
    await createCoverage({ db, clock, ids, audit, regions }).preparePopulation(db)
    if (!config.demo.isOn) return
    const accounts = createAccounts(accountsDeps(deps, { db, audit, regions, reviews: { end: async () => {} } }))
    await accounts.seedDemoAccounts(db, {
      password: config.demo.password,
      places: { regionCode: DEMO_REGION, ...DEMO_OFFICES },
    })
  } finally {
    await db.destroy()
  }
}
