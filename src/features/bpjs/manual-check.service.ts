import type { Actor } from '../../contracts/access.ts'
import { type ManualCheck, manualCheckSchema } from '../../contracts/api/bpjs.ts'
import type { IssueCode } from '../../contracts/issues.ts'
import { ACTIONS } from '../../contracts/lifecycle/actions.ts'
import { MEMBERSHIP_FRESH_MS } from '../../contracts/lifecycle/allowed.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db, Tx } from '../database.ts'
import type { AuditTrail } from './bpjs.ports.ts'
import { findNewestCheck, recordCheck } from './manual-check.repository.ts'
import { readStatus } from './member-status.domain.ts'
import { type FoundMembership, isAskableNik, type NotFound } from './membership.domain.ts'

export type ManualResult = FoundMembership | NotFound

export type ManualCheckInput = { actor: Actor; requestId: string | null; nik: string; check: ManualCheck }

export type ManualChecks = {
  /**
   * Records what an officer found out by other means (a BPJS counter, an official page, a letter), with evidence and time, and
   * its audit entry, in the caller's transaction. Append-only: a second check stands beside the first and the newest
   * one counts. Refuses roles that may not record membership (`forbidden`) and times in the future or older than a
   * check stays valid (`invalid_input`, path `checkedAt`).
   */
  record(executor: Tx, input: ManualCheckInput): Promise<ManualResult>
  /** The newest check that is still valid. */
  findValid(nik: string): Promise<ManualResult | undefined>
}

type ManualCheckDeps = { db: Db; sealer: Sealer; clock: Clock; ids: Ids; audit: AuditTrail }

export function createManualChecks({ db, sealer, clock, ids, audit }: ManualCheckDeps): ManualChecks {
  const contextOf = (id: string): string => `manual_membership_check:${id}`

  return {
    async record(executor, { actor, requestId, nik, check }) {
      if (!ACTIONS.record_membership.by.some((role) => role === actor.role)) throw new AppError('forbidden')
      if (!isAskableNik(nik)) {
        throw new AppError('invalid_input', { issues: [{ path: 'nik', code: 'nik_not_16_digits' }] })
      }
      const now = clock.now()
      const checkedAt = new Date(check.checkedAt)
      if (checkedAt > now) throw refuseTime('date_in_future')
      if (now.getTime() - checkedAt.getTime() > MEMBERSHIP_FRESH_MS) throw refuseTime('check_too_old')
      const id = ids.next()
      await recordCheck(executor, {
        id,
        nikIndex: sealer.blindIndex('nik', nik),
        checkedAt,
        recordedAt: now,
        recordedBy: actor.userId,
        outcome: check.outcome,
        sealedFindings: sealer.seal(JSON.stringify(check), contextOf(id)),
      })
      await audit.record(executor, [
        {
          actorId: actor.userId,
          actorRole: actor.role,
          action: 'record_membership',
          subjectType: 'manual_membership_check',
          subjectId: id,
          requestId,
          officeId: actor.officeId,
          regionCode: actor.regionCode,
          details: { outcome: check.outcome },
        },
      ])
      return toResult(check, checkedAt)
    },

    async findValid(nik) {
      const notBefore = new Date(clock.now().getTime() - MEMBERSHIP_FRESH_MS)
      const row = await findNewestCheck(db, sealer.blindIndex('nik', nik), notBefore)
      if (!row) return undefined
      const check = manualCheckSchema.parse(JSON.parse(sealer.open(row.sealedFindings, contextOf(row.id))))
      return toResult(check, row.checkedAt)
    },
  }
}

function refuseTime(code: IssueCode): AppError {
  return new AppError('invalid_input', { issues: [{ path: 'checkedAt', code }] })
}

/** The officer compared the person; what they concluded stands, and only the status is read through our table. */
function toResult(check: ManualCheck, checkedAt: Date): ManualResult {
  const answered = { source: 'manual', checkedAt, asOf: null } as const
  if (check.outcome === 'not_found') return { ...answered, outcome: 'not_found' }
  const status = readStatus(check.statusCode ?? null, check.statusText ?? null)
  return {
    ...answered,
    outcome: check.outcome,
    statusCode: status.code,
    statusText: status.text,
    statusKnown: check.outcome === 'found_active' || status.standing !== 'unknown',
    segmentCode: check.segmentCode ?? null,
    segmentText: check.segmentText ?? null,
    cardNumber: check.cardNumber ?? null,
    arrears: null,
    differences: [],
  }
}
