import type { Pool } from 'pg'
import { noticeName } from '../../contracts/events/notices.ts'
import { type AccountsDeps, createAccounts } from '../../features/accounts/index.ts'
import { createAudit, deriveChainKey } from '../../features/audit/index.ts'
import { type BpjsSettings, createBpjs } from '../../features/bpjs/index.ts'
import type { DB, Db } from '../../features/database.ts'
import { createIntake, type IntakePorts } from '../../features/intake/index.ts'
import { createRegions, type Regions } from '../../features/regions/index.ts'
import { createVerification } from '../../features/verification/index.ts'
import { createSimulator, createWhatsapp, type IntakeContact } from '../../features/whatsapp/index.ts'
import { createSealer } from '../../platform/crypto/sealer.ts'
import { createKysely } from '../../platform/db/database.ts'
import { createOutbox } from '../../platform/outbox/index.ts'
import type { Config } from '../config.ts'
import type { ProcessDeps } from '../process-parts.ts'

const LOCAL_HOSTS = new Set(['0.0.0.0', '::'])

/** Where residents and officers reach us: PUBLIC_URL, else this machine. */
export function publicUrlOf(config: Config): string {
  const { host, port, publicUrl } = config.http
  return publicUrl ?? `http://${LOCAL_HOSTS.has(host) ? '127.0.0.1' : host}:${port}`
}

function regionsPort(regions: Regions): IntakePorts['regions'] {
  return {
    isKnownVillage: (code) => regions.findVillage(code)?.retired === false,
    isKnownNikRegion: (digits) => regions.findRegionByNikDigits(digits).known,
    villageName: (code) => regions.findVillage(code)?.name ?? null,
    timeZoneOf: regions.getTimeZone,
    kabKotaIn: regions.listKabkotaCodes,
  }
}

/** What accounts needs, the same for serving and for seeding. */
export function accountsDeps(
  { config, clock, ids, authSecret }: ProcessDeps,
  given: Pick<AccountsDeps, 'db' | 'audit' | 'regions'>,
): AccountsDeps {
  return {
    ...given,
    clock,
    ids,
    authSecret,
    publicUrl: config.http.publicUrl,
    isProduction: config.isProduction,
    demoPassword: config.demo.isOn ? config.demo.password : null,
  }
}

/** Every feature with its ports filled, on one pool. Starts nothing. */
export async function createFeatures(deps: ProcessDeps, pool: Pool) {
  const { config, log: logger, clock, ids } = deps
  const db: Db = createKysely<DB>(pool)
  const sealer = createSealer(deps.keyRing)
  const outbox = createOutbox({ clock })

  const audit = createAudit({
    db,
    chainKey: deriveChainKey(deps.keyRing.index),
    clock,
    offices: { listOfficeIds: (regionCode) => regions.listOfficeIds(db, regionCode) },
  })
  const regions = createRegions({ db, audit, clock, ids })
  await regions.loadReferenceData(db)
  const accounts = createAccounts(accountsDeps(deps, { db, audit, regions }))

  const bpjs = createBpjs({
    settings: config.bpjs satisfies BpjsSettings,
    db,
    sealer,
    clock,
    ids,
    audit,
    logger,
    timeZone: config.timeZone,
  })

  const intake = createIntake({
    db,
    pool,
    sealer,
    clock,
    ids,
    ports: {
      regions: regionsPort(regions),
      offices: { regionOf: regions.findOfficeRegion },
      audit,
      notices: { record: (executor, notices) => whatsapp.recordNotices(executor, notices) },
      outbox: {
        addCheck: (executor, work) =>
          outbox.add(executor, [{ topic: 'proposal.check', key: `${work.proposalId}-${work.version}`, payload: work }]),
      },
    },
  })

  const intakeContact: IntakeContact = {
    async find(executor, intakeId) {
      const contact = await intake.findContact(executor, intakeId)
      if (!contact) return undefined
      const office = await regions.findOffice(executor, contact.officeId)
      return {
        ...contact,
        headFirstName: noticeName(contact.headName),
        language: 'id',
        officeName: office?.name ?? '',
        officeAddress: office?.address ?? null,
      }
    },
  }
  const whatsapp = createWhatsapp({
    db,
    clock,
    ids,
    sealer,
    outbox,
    logger,
    audit,
    intakeContact,
    householdProgress: { isSettled: intake.isHouseholdSettled },
    contactUnreachable: { record: intake.flagUnreachable },
    proposalAccess: { require: intake.requireVisible },
    settings: {
      statusUrl: `${publicUrlOf(config)}/status`,
      language: 'id',
      sendTimeoutMs: config.whatsapp.sendTimeoutMs,
    },
  })
  const simulator = createSimulator({ db, clock, ids, logger, timeZone: config.timeZone })

  const verification = createVerification({
    db,
    clock,
    ids,
    sealer,
    intake,
    bpjs,
    ports: {
      notices: { record: whatsapp.recordNotices },
      accounts,
      audit,
      regions: { timeZoneOf: regions.getTimeZone },
    },
  })

  return { db, outbox, audit, regions, accounts, bpjs, intake, whatsapp, simulator, verification }
}
export type Features = Awaited<ReturnType<typeof createFeatures>>
