import type { Pool } from 'pg'
import { noticeName } from '../../contracts/events/notices.ts'
import { type AccountsDeps, createAccounts } from '../../features/accounts/index.ts'
import { createAudit, deriveChainKey } from '../../features/audit/index.ts'
import { type BpjsSettings, createBpjs } from '../../features/bpjs/index.ts'
import { createConsole } from '../../features/console/index.ts'
import { type Coverage, createCoverage } from '../../features/coverage/index.ts'
import type { DB, Db } from '../../features/database.ts'
import { createDriftTelling } from '../../features/enrolment/drift/index.ts'
import { createEnrolment } from '../../features/enrolment/index.ts'
import { createQuota, SEAT_IDS_SQL } from '../../features/enrolment/quota/index.ts'
import { createReactivation } from '../../features/enrolment/reactivation/index.ts'
import {
  composeStatusLink,
  createIntake,
  deriveDocumentLinkKey,
  type IntakePorts,
} from '../../features/intake/index.ts'
import { createRegions, type Regions } from '../../features/regions/index.ts'
import { createVerification } from '../../features/verification/index.ts'
import { createWebhooks } from '../../features/webhooks/index.ts'
import {
  createBot,
  createCloud,
  createSimulator,
  createWhatsapp,
  type IntakeContact,
} from '../../features/whatsapp/index.ts'
import { createSealer } from '../../platform/crypto/sealer.ts'
import { createKysely } from '../../platform/db/database.ts'
import { openUploadSpool, type UploadSpool } from '../../platform/files/upload-spool.ts'
import { createOutbox } from '../../platform/outbox/index.ts'
import type { Config } from '../config.ts'
import type { ProcessDeps } from '../process-parts.ts'
import { createBotPorts } from './bot-ports.ts'
import { enrolmentPlaces } from './enrolment-places.ts'

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
    nameOf: (code) => regions.findRegion(code)?.name ?? null,
    timeZoneOf: regions.getTimeZone,
    kabKotaIn: regions.listKabkotaCodes,
  }
}

/** What accounts needs, the same for serving and for seeding. */
export function accountsDeps(
  { config, clock, ids, authSecret }: ProcessDeps,
  given: Pick<AccountsDeps, 'db' | 'audit' | 'regions' | 'reviews'>,
): AccountsDeps {
  return {
    ...given,
    clock,
    ids,
    authSecret,
    publicUrl: config.http.publicUrl,
    isProduction: config.isProduction,
    demoPassword: config.demo.isOn ? config.demo.password : null,
    settings: {
      demo: config.demo.isOn,
      publicUrl: publicUrlOf(config),
      whatsappNumber: config.whatsapp.number,
      whatsappGateway: config.whatsapp.gateway,
    },
  }
}

/** Every feature with its ports filled, on one pool. Starts nothing. */
export async function createFeatures(deps: ProcessDeps, pool: Pool) {
  const { config, log: logger, clock, ids } = deps
  const db: Db = createKysely<DB>(pool)
  const sealer = createSealer(deps.keyRing)
  const outbox = createOutbox({ clock })
  const statusUrl = `${publicUrlOf(config)}/status`

  const audit = createAudit({
    db,
    chainKey: deriveChainKey(deps.keyRing.index),
    clock,
    offices: { listOfficeIds: (regionCode) => regions.listOfficeIds(db, regionCode) },
    people: { listNames: (executor, ids) => accounts.listNames(executor, ids) },
  })
  // Made by the first file that is sent to this process.
  let openedSpool: Promise<UploadSpool> | undefined
  const spool: Pick<UploadSpool, 'take'> = {
    async take(stream, maxBytes) {
      openedSpool ??= openUploadSpool(config.dataDirectory)
      return (await openedSpool).take(stream, maxBytes)
    },
  }
  const regions = createRegions({
    db,
    audit,
    clock,
    ids,
    holidays: config.holidays,
    population: { changed: (tx, codes) => coverage.population.changed(tx, codes) },
  })
  const coverage: Coverage = createCoverage({ db, clock, ids, audit, regions })
  await regions.loadReferenceData(db)
  const accounts = createAccounts(
    accountsDeps(deps, { db, audit, regions, reviews: { end: (tx, userId) => intake.endReservations(tx, userId) } }),
  )

  const bpjs = createBpjs({
    settings: config.bpjs satisfies BpjsSettings,
    db,
    sealer,
    clock,
    ids,
    audit,
    logger,
    timeZone: config.timeZone,
    keyRing: deps.keyRing,
    pool,
    regions: {
      listVillages: regions.listVillages,
      nameOf: (code) => regions.findRegion(code)?.name ?? null,
      kabKotaIn: regions.listKabkotaCodes,
    },
    work: {
      addList: (executor, listId) => outbox.add(executor, [{ topic: 'list.work', key: listId, payload: { listId } }]),
    },
    figures: { record: coverage.recordComputedFigures },
    spool,
    listMonthsKept: config.listMonthsKept,
  })

  const intake = createIntake({
    db,
    pool,
    sealer,
    clock,
    holidays: regions.holidays,
    ids,
    receipt: { statusUrl, whatsappNumber: config.whatsapp.number },
    documentLinkKey: deriveDocumentLinkKey(deps.keyRing.index),
    ports: {
      regions: regionsPort(regions),
      offices: {
        regionOf: regions.findOfficeRegion,
        nameOf: async (id) => (await regions.findOffice(db, id))?.name ?? null,
      },
      accounts,
      audit,
      notices: {
        record: (executor, notices) => whatsapp.recordNotices(executor, notices),
        leaveFormerNumber: (tx, intakeId, phone) => whatsapp.leaveFormerNumber(tx, intakeId, phone),
        tellAnew: (tx, intakeId) => whatsapp.tellAnew(tx, intakeId),
      },
      seats: {
        follow: (tx, changes) => quota.follow(tx, changes),
        listStandings: (executor, proposalIds) => quota.listStandings(executor, proposalIds),
        idsSql: SEAT_IDS_SQL,
      },
      reactivation: { requireComplete: (tx, one) => reactivation.requireComplete(tx, one) },
      outbox: {
        announce: () => outbox.announce(),
        addChecks: (count, commit) => outbox.addBegun('proposal.check', count, commit),
        addCheck: (executor, work) =>
          outbox.add(executor, [{ topic: 'proposal.check', key: `${work.proposalId}-${work.version}`, payload: work }]),
      },
    },
  })

  const quota = createQuota({
    db,
    clock,
    ids,
    sealer,
    spool,
    ports: {
      regions: {
        nameOf: (code) => regions.findRegion(code)?.name ?? null,
        timeZoneOf: regions.getTimeZone,
        kabKotaIn: regions.listKabkotaCodes,
        findPopulation: regions.findPopulation,
      },
      registered: { find: coverage.findRegistered },
      accounts,
      audit,
      cases: intake,
    },
  })

  const intakeContact: IntakeContact = {
    hold: intake.holdContact,
    async find(executor, intakeId) {
      const contact = await intake.findContact(executor, intakeId)
      if (!contact) return undefined
      const office = await regions.findOffice(executor, contact.officeId)
      return {
        ...contact,
        headFirstName: noticeName(contact.headName),
        receiptLink: composeStatusLink(statusUrl, contact.receiptNumber),
        language: 'id',
        officeName: office?.name ?? '',
        officeAddress: office?.address ?? null,
      }
    },
  }
  const bot = createBot({ ports: createBotPorts({ intake, regions }), settings: { statusUrl } })
  const cloudSettings = config.whatsapp.cloud
  const cloud = cloudSettings && createCloud({ db, clock, ids, sealer, outbox, logger, settings: cloudSettings })
  const simulator = createSimulator({ db, clock, ids, logger, timeZone: config.timeZone })
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
    contactUnreachable: { record: intake.flagUnreachable, clear: intake.clearUnreachable },
    proposalAccess: { require: intake.requireVisible },
    conversationIntakes: {
      listByPhone: intake.listIntakesOfPhone,
      lockByPhone: intake.lockIntakesOfPhone,
      async listVisible(actor, intakeIds) {
        const rows = await intake.listVisible(actor, intakeIds)
        return rows.map(({ proposalId, intakeId, receiptNumber, fullName, snapshot }) => ({
          id: proposalId,
          intakeId,
          receiptNumber,
          fullName,
          state: snapshot.state,
          flags: [...snapshot.flags],
        }))
      },
    },
    bot,
    accounts,
    // A browser's state is in the database: whoever asks need not be the process that has it.
    transport:
      config.whatsapp.gateway === 'web'
        ? { name: 'web', health: async () => ({ ready: false, detail: null }) }
        : (cloud ?? simulator).gateway,
    async queueDepth() {
      const send = (await outbox.stats(db)).find(({ topic }) => topic === 'whatsapp.send')
      return send ? send.waiting + send.inFlight : 0
    },
    settings: {
      statusUrl,
      language: 'id',
      sendTimeoutMs: config.whatsapp.sendTimeoutMs,
      pacing: config.whatsapp.pacing,
      gateway: config.whatsapp.gateway,
      botPauseMinutes: config.whatsapp.botPauseMinutes,
      receiptPicture: config.whatsapp.receiptPicture,
    },
  })

  const verification = createVerification({
    db,
    clock,
    holidays: regions.holidays,
    ids,
    sealer,
    intake,
    bpjs,
    ports: {
      notices: { record: whatsapp.recordNotices },
      work: {
        addBulk: (executor, jobId) => outbox.add(executor, [{ topic: 'bulk.run', key: jobId, payload: { jobId } }]),
      },
      accounts,
      audit,
      regions: { timeZoneOf: regions.getTimeZone },
      enrolment: { findSent: (executor, proposalId) => enrolment.findSent(executor, proposalId) },
      reactivation: {
        describe: (executor, caller, row) => reactivation.describe(executor, caller, row),
        listPaidElsewhere: (executor, cases) => reactivation.listPaidElsewhere(executor, cases),
        endOf: (executor, one, finding) => reactivation.endOf(executor, one, finding),
      },
    },
  })

  const reactivation = createReactivation({
    db,
    intake,
    clock,
    ports: {
      regions: { kabKotaIn: regions.listKabkotaCodes, timeZoneOf: regions.getTimeZone },
      accounts,
      audit,
      membership: { listAnswers: verification.listAnswers },
    },
  })

  const enrolment = createEnrolment({
    db,
    intake,
    bpjs,
    sealer,
    clock,
    ids,
    spool,
    ports: {
      ...enrolmentPlaces(regions),
      accounts,
      audit,
      notices: { record: whatsapp.recordNotices },
      membership: verification,
      work: {
        addSealing: (executor, batchId) =>
          outbox.add(executor, [{ topic: 'batch.seal', key: batchId, payload: { batchId } }]),
        addResults: (executor, resultId) =>
          outbox.add(executor, [{ topic: 'results.work', key: resultId, payload: { resultId } }]),
      },
      quota,
    },
  })

  const drift = createDriftTelling({
    db,
    clock,
    ids,
    audit,
    intake,
    drifts: bpjs.drifts,
    ports: {
      notices: { record: whatsapp.recordNotices },
      work: {
        addTelling: (executor, tellingId) =>
          outbox.add(executor, [{ topic: 'list.tell', key: tellingId, payload: { tellingId } }]),
      },
    },
  })

  const webhooks = createWebhooks({
    db,
    clock,
    ids,
    sealer,
    outbox,
    logger,
    audit,
    households: { listReceiptNumbers: intake.listReceiptNumbers, listReasonCodes: intake.listReasonCodes },
    messages: { listCarried: whatsapp.listCarried },
    settings: config.webhooks,
  })

  const console = createConsole({
    db,
    clock,
    logger,
    ports: {
      sessions: accounts,
      cases: intake.waiting,
      talks: { ...whatsapp.watching, pulse: whatsapp.session.pulse },
      membership: { pulse: async (language) => ({ ...(await bpjs.pulse(language)), mark: '' }) },
      regions: { timeZoneOf: regions.getTimeZone, kabKotaIn: regions.listKabkotaCodes },
    },
  })

  return {
    console,
    coverage,
    db,
    sealer,
    outbox,
    audit,
    regions,
    accounts,
    bpjs,
    intake,
    bot,
    whatsapp,
    cloud,
    simulator,
    quota,
    spool,
    verification,
    enrolment,
    reactivation,
    drift,
    webhooks,
  }
}
export type Features = Awaited<ReturnType<typeof createFeatures>>
