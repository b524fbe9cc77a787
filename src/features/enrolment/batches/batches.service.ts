import { z } from 'zod'
import {
  BATCH_ROWS_MAX,
  type Batch,
  type BatchInput,
  type BatchListQuery,
  type BatchRow,
  type BatchRowQuery,
  type BatchRowsAdded,
  type BatchRowsInput,
  type BatchRowsRemoval,
  type BatchSealInput,
  type FamilyRole,
  type NotAddedCode,
} from '../../../contracts/api/batches.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db, Tx } from '../../database.ts'
import type { Intake } from '../../intake/index.ts'
import type { Caller, EnrolmentPorts } from '../enrolment.ports.ts'
import {
  insertBatch,
  listBatches,
  lockBatch,
  markAsked,
  markDiscarded,
  reopenBatch,
  type StoredBatch,
} from './batch.repository.ts'
import { type BatchAccess, batchEvent, batchRegionsOf } from './batch-access.ts'
import {
  addRows,
  type Candidate,
  countBatchRows,
  countIn,
  forgetChecks,
  listCandidates,
  listOwnRows,
  listRows,
  releaseRows,
  removeRows,
  setFamilyRole,
} from './batch-rows.repository.ts'
import { toBatchView } from './batch-view.ts'
import { familyRoleOf } from './family-role.domain.ts'

type BatchesDeps = {
  db: Db
  intake: Pick<Intake, 'collectProposals' | 'listProposals' | 'listSeatStandings'>
  access: BatchAccess
  clock: Clock
  ids: Ids
  ports: Pick<EnrolmentPorts, 'regions' | 'audit' | 'work'>
}

/** An answer this young counts for a sealing: asking again after rows were set aside does not ask BPJS about all of them. */
const ANSWER_KEPT_MS = 60 * 60 * 1000
const NOT_ADDED_SHOWN = 100
/** Of rows in the way, those that are named. */
const NAMED_MAX = 100

const cursorOf = ({ createdAt, id }: StoredBatch): string =>
  Buffer.from(JSON.stringify([createdAt.toISOString(), id])).toString('base64url')

const cursorContent = z.tuple([z.iso.datetime(), z.guid()])

function readCursor(cursor: string): { createdAt: Date; id: string } {
  const refused = new AppError('invalid_input', { issues: [{ path: 'cursor', code: 'cursor_invalid' }] })
  try {
    const content = cursorContent.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    if (!content.success) throw refused
    const [createdAt, id] = content.data
    return { createdAt: new Date(createdAt), id }
  } catch (cause) {
    if (cause instanceof SyntaxError) throw refused
    throw cause
  }
}

function refuseCandidate(one: Candidate, batch: StoredBatch, userId: string): NotAddedCode | null {
  if (one.regionCode !== batch.regionCode) return 'other_region'
  if (one.otherBatch) return 'in_other_batch'
  if (one.state !== 'eligible') return 'not_eligible'
  if (one.createdBy === userId) return 'own_intake'
  return one.reviewerId === userId ? 'second_person_required' : null
}

/** Opening batches and filling them. Sealing is asked for here and done by the job (`seal-run.service.ts`). */
export function createBatches({ db, intake, access, clock, ids, ports }: BatchesDeps) {
  const show = async (executor: Db, batch: StoredBatch): Promise<Batch> =>
    toBatchView(batch, (await countBatchRows(executor, [batch.id])).get(batch.id))

  const showById = async (caller: Caller, batchId: string): Promise<Batch> =>
    show(db, await access.require(db, caller, batchId))

  /** Ids that the caller sees; a filter finds the eligible ones only. */
  const select = async ({ actor }: Caller, input: BatchRowsInput): Promise<string[]> => {
    const { filter, proposalIds } = input
    if (filter) {
      const found = await intake.collectProposals(actor, { ...filter, state: ['eligible'] }, BATCH_ROWS_MAX)
      if (!found) {
        const issues = [{ path: 'filter', code: 'bulk_too_many', params: { max: BATCH_ROWS_MAX } }]
        throw new AppError('invalid_input', { issues })
      }
      return found.map(({ id }) => id)
    }
    const wanted = [...new Set(proposalIds)]
    const rows = await intake.listProposals(db, actor, wanted)
    if (rows.length < wanted.length) {
      throw new AppError('invalid_input', { issues: [{ path: 'proposalIds', code: 'proposal_unknown' }] })
    }
    return rows.map(({ proposalId }) => proposalId)
  }

  const requireRegion = ({ actor }: Caller, wanted: string | undefined): string => {
    const regionCodes = batchRegionsOf(actor, ports.regions)
    const regionCode = wanted ?? (regionCodes.length === 1 ? regionCodes[0] : undefined)
    if (regionCode === undefined)
      throw new AppError('invalid_input', { issues: [{ path: 'regionCode', code: 'required' }] })
    if (!regionCodes.includes(regionCode)) throw new AppError('not_found')
    return regionCode
  }

  const addWithin = async (
    tx: Tx,
    caller: Caller,
    batchId: string,
    wanted: { proposalIds: readonly string[]; acceptInactive: boolean },
  ): Promise<Omit<BatchRowsAdded, 'batch'>> => {
    const { actor } = caller
    const batch = await access.requireOpen(tx, caller, batchId)
    const candidates = await listCandidates(tx, batchId, wanted.proposalIds)
    // The local budget has no seat for them yet: sealing would be refused for the whole batch.
    const seats = await intake.listSeatStandings(tx, wanted.proposalIds)
    const isIn = ({ rowState }: Candidate): boolean => rowState === 'in'
    const notAdded: BatchRowsAdded['notAdded'] = []
    const fit: Candidate[] = []
    let room = BATCH_ROWS_MAX - (await countIn(tx, batchId))
    for (const one of candidates) {
      if (isIn(one)) continue
      const waits = seats.get(one.proposalId)?.state === 'waiting'
      const code =
        refuseCandidate(one, batch, actor.userId) ?? (waits ? 'waiting_for_seat' : room > 0 ? null : 'batch_full')
      if (code) notAdded.push({ proposalId: one.proposalId, receiptNumber: one.receiptNumber, code })
      else {
        fit.push(one)
        room -= 1
      }
    }
    const by = { userId: actor.userId, at: clock.now(), acceptInactive: wanted.acceptInactive }
    const added = await addRows(tx, batchId, fit, by)
    for (const { proposalId, receiptNumber } of fit) {
      if (!added.has(proposalId)) notAdded.push({ proposalId, receiptNumber, code: 'in_other_batch' })
    }
    return {
      added: added.size,
      already: candidates.filter(isIn).length,
      notAdded: notAdded.slice(0, NOT_ADDED_SHOWN),
      notAddedCount: notAdded.length,
    }
  }

  return {
    /**
     * Opens an empty batch of a kab/kota. Without `regionCode` the caller's own; `invalid_input` when the caller works for several,
     * `not_found` for one outside. Each call is another batch.
     */
    async create(caller: Caller, input: BatchInput): Promise<Batch> {
      const regionCode = requireRegion(caller, input.regionCode)
      const batch = {
        id: ids.next(),
        regionCode,
        name: input.name,
        createdBy: caller.actor.userId,
        createdAt: clock.now(),
      }
      await db.transaction().execute(async (tx) => {
        await insertBatch(tx, batch)
        await ports.audit.record(tx, [batchEvent(caller, 'create_batch', batch)])
      })
      return showById(caller, batch.id)
    },

    get: showById,

    /** Batches of the caller's kab/kota, newest first. */
    async list({ actor }: Caller, query: BatchListQuery): Promise<{ items: Batch[]; nextCursor: string | null }> {
      const found = await listBatches(db, {
        regionCodes: batchRegionsOf(actor, ports.regions),
        state: query.state,
        after: query.cursor ? readCursor(query.cursor) : null,
        limit: query.limit + 1,
      })
      const page = found.slice(0, query.limit)
      const counts = await countBatchRows(
        db,
        page.map(({ id }) => id),
      )
      const last = page.at(-1)
      return {
        items: page.map((batch) => toBatchView(batch, counts.get(batch.id))),
        nextCursor: found.length > query.limit && last ? cursorOf(last) : null,
      }
    },

    /** What is in it, and what was set aside and why. Audited as a reading of people. */
    async listRows(
      caller: Caller,
      batchId: string,
      query: BatchRowQuery,
    ): Promise<{ items: BatchRow[]; nextAfter: string | null }> {
      const batch = await access.require(db, caller, batchId)
      const rows = await listRows(db, batchId, { ...query, limit: query.limit + 1 })
      const page = rows.slice(0, query.limit)
      await ports.audit.write(batchEvent(caller, 'read_batch', batch, { rows: page.length }))
      return {
        items: page.map(({ familyRole, checkedAt, answer, ...row }) => {
          const { role, isClear } = familyRoleOf(row.relationship, familyRole)
          return {
            ...row,
            familyRole: role,
            familyRoleClear: isClear,
            checkedAt: checkedAt?.toISOString() ?? null,
            answer: answer && { ...answer, at: answer.at.toISOString() },
          }
        }),
        nextAfter: rows.length > query.limit ? (page.at(-1)?.proposalId ?? null) : null,
      }
    },

    /**
     * Takes eligible proposals into an open batch, by filter or id, up to 10,000. Those that do not fit are told with their cause, and
     * nothing happens to them. May be repeated. Throws `invalid_input` for ids that the caller does not see and for a filter that finds too
     * many, `action_not_allowed` unless the batch is open.
     */
    async addRows(caller: Caller, batchId: string, input: BatchRowsInput): Promise<BatchRowsAdded> {
      if ((input.filter === undefined) === (input.proposalIds === undefined)) {
        throw new AppError('invalid_input', { issues: [{ path: 'filter', code: 'bulk_selection' }] })
      }
      const batch = await access.require(db, caller, batchId)
      const proposalIds = await select(caller, input)
      const result = await db.transaction().execute(async (tx) => {
        const { acceptInactive } = input
        const done = await addWithin(tx, caller, batchId, { proposalIds, acceptInactive })
        await ports.audit.record(tx, [
          batchEvent(caller, 'change_batch', batch, {
            added: done.added,
            notAdded: done.notAddedCount,
            by: input.filter ? 'filter' : 'ids',
            acceptInactive,
          }),
        ])
        return done
      })
      return { ...result, batch: await showById(caller, batchId) }
    },

    /** Takes rows out of an open batch: the named ones, or all that were set aside. Nothing happens to their proposals. May be repeated. */
    async removeRows(caller: Caller, batchId: string, input: BatchRowsRemoval): Promise<Batch> {
      if ((input.proposalIds === undefined) === !input.setAside) {
        throw new AppError('invalid_input', { issues: [{ path: 'proposalIds', code: 'bulk_selection' }] })
      }
      await db.transaction().execute(async (tx) => {
        const batch = await access.requireOpen(tx, caller, batchId)
        const { proposalIds } = input
        const removed = await removeRows(tx, batchId, proposalIds ? { proposalIds } : { setAside: true })
        await ports.audit.record(tx, [batchEvent(caller, 'change_batch', batch, { removed })])
      })
      return showById(caller, batchId)
    },

    /** Says what a member is to the family (PISAT) where the KK leaves it open; null takes that back. */
    async setFamilyRole(
      caller: Caller,
      batchId: string,
      proposalId: string,
      familyRole: FamilyRole | null,
    ): Promise<void> {
      await db.transaction().execute(async (tx) => {
        const batch = await access.requireOpen(tx, caller, batchId)
        if (!(await setFamilyRole(tx, batchId, proposalId, familyRole))) throw new AppError('not_found')
        await ports.audit.record(tx, [batchEvent(caller, 'change_batch', batch, { proposalId, familyRole })])
      })
    },

    /**
     * Asks for the sealing: the job checks every row at BPJS and then seals the batch, or opens it again with a `problem`. Throws
     * `batch_changed` when it has another number of rows than the caller has read, `second_person_required` or `own_intake` with the rows that
     * the caller decided or registered, `action_not_allowed` unless it is open.
     */
    async askForSeal(caller: Caller, batchId: string, input: BatchSealInput): Promise<Batch> {
      const { userId } = caller.actor
      await db.transaction().execute(async (tx) => {
        const batch = await access.requireOpen(tx, caller, batchId)
        const rows = await countIn(tx, batchId)
        if (rows !== input.rows) throw new AppError('batch_changed', { details: { rows } })
        const own = await listOwnRows(tx, batchId, userId)
        if (own.length > 0) {
          const proposals = own.slice(0, NAMED_MAX).map(({ proposalId, receiptNumber }) => ({
            proposalId,
            receiptNumber,
          }))
          const code = own.some(({ isReviewer }) => isReviewer) ? 'second_person_required' : 'own_intake'
          throw new AppError(code, { details: { proposals } })
        }
        const now = clock.now()
        await forgetChecks(tx, batchId, new Date(now.getTime() - ANSWER_KEPT_MS))
        const letterNumber = input.letterNumber ?? batch.letterNumber
        await markAsked(tx, batchId, { by: userId, at: now, sealRest: input.sealRest, letterNumber })
        const { sealRest } = input
        await ports.audit.record(tx, [batchEvent(caller, 'ask_seal_batch', batch, { rows, sealRest })])
        await ports.work.addSealing(tx, batchId)
      })
      return showById(caller, batchId)
    },

    /** Stops the checks of a batch and opens it again; answers that came stay. Throws `action_not_allowed` unless it is being checked. */
    async stopSealing(caller: Caller, batchId: string): Promise<Batch> {
      await db.transaction().execute(async (tx) => {
        const batch = await lockBatch(tx, batchRegionsOf(caller.actor, ports.regions), batchId)
        if (!batch) throw new AppError('not_found')
        if (batch.state !== 'checking') throw new AppError('action_not_allowed')
        await reopenBatch(tx, batchId, null)
        await ports.audit.record(tx, [batchEvent(caller, 'stop_seal_batch', batch)])
      })
      return showById(caller, batchId)
    },

    /** Gives up an open batch; its proposals are free for others. Nothing of it is deleted. */
    async discard(caller: Caller, batchId: string): Promise<Batch> {
      await db.transaction().execute(async (tx) => {
        const batch = await access.requireOpen(tx, caller, batchId)
        await releaseRows(tx, batchId)
        await markDiscarded(tx, batchId)
        await ports.audit.record(tx, [batchEvent(caller, 'discard_batch', batch)])
      })
      return showById(caller, batchId)
    },
  }
}
export type Batches = ReturnType<typeof createBatches>
