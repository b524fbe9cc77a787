import type { EnrolmentRule, PutEnrolmentRule } from '../../../contracts/api/enrolment-rules.ts'
import type { AuditAction, AuditEvent } from '../../../contracts/audit-actions.ts'
import { activeOn, ruleOn } from '../../../contracts/enrolment-dates.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db } from '../../database.ts'
import type { Caller, EnrolmentPorts } from '../enrolment.ports.ts'
import { deleteRule, listRules, putRule } from './rules.repository.ts'

type RulesDeps = { db: Db; clock: Clock; ports: Pick<EnrolmentPorts, 'regions' | 'audit'> }

/** How the agreement of a kab/kota with BPJS works, by validity date. */
export function createRules({ db, clock, ports }: RulesDeps) {
  const requireOwn = ({ actor }: Caller, regionCode: string): void => {
    if (!ports.regions.kabKotaIn(actor.regionCode).includes(regionCode)) throw new AppError('not_found')
  }

  const todayIn = (regionCode: string): string => dayInZone(clock.now(), ports.regions.timeZoneOf(regionCode))

  /** What has begun is part of sealed batches: only the future is changed or taken away. */
  const requireFuture = (regionCode: string, validFrom: string): void => {
    if (validFrom < todayIn(regionCode)) {
      throw new AppError('invalid_input', { issues: [{ path: 'validFrom', code: 'date_in_past' }] })
    }
  }

  const event = (
    { actor, requestId }: Caller,
    action: AuditAction,
    regionCode: string,
    details: Record<string, unknown>,
  ): AuditEvent => ({
    actorId: actor.userId,
    actorRole: actor.role,
    action,
    subjectType: 'enrolment_rule',
    subjectId: regionCode,
    requestId,
    officeId: actor.officeId,
    regionCode,
    details,
  })

  return {
    /** The rules of a kab/kota within the caller's region, the newest first. Another one: `not_found`. */
    async list(caller: Caller, regionCode: string): Promise<EnrolmentRule[]> {
      requireOwn(caller, regionCode)
      return listRules(db, regionCode)
    },

    /** Adds a rule from today or a later day on, or replaces the one of that day. May be repeated. Refuses days that are over (`invalid_input`). */
    async put(
      caller: Caller,
      { code, validFrom }: { code: string; validFrom: string },
      input: PutEnrolmentRule,
    ): Promise<EnrolmentRule> {
      requireOwn(caller, code)
      requireFuture(code, validFrom)
      const isCutOff = input.mode === 'cut_off'
      const rule: EnrolmentRule = {
        regionCode: code,
        validFrom,
        mode: input.mode,
        cutOffDay: isCutOff ? (input.cutOffDay ?? null) : null,
        effectiveMonths: isCutOff ? input.effectiveMonths : 0,
        branchName: input.branchName ?? null,
      }
      await db.transaction().execute(async (tx) => {
        await putRule(tx, rule, caller.actor.userId, clock.now())
        const { regionCode: _, ...details } = rule
        await ports.audit.record(tx, [event(caller, 'record_enrolment_rule', code, details)])
      })
      return rule
    },

    /** Takes away a rule that has not begun before today. `not_found` when there is none. */
    async remove(caller: Caller, { code, validFrom }: { code: string; validFrom: string }): Promise<void> {
      requireOwn(caller, code)
      requireFuture(code, validFrom)
      await db.transaction().execute(async (tx) => {
        if (!(await deleteRule(tx, code, validFrom))) throw new AppError('not_found')
        await ports.audit.record(tx, [event(caller, 'delete_enrolment_rule', code, { validFrom })])
      })
    },

    /** The rule of a kab/kota on a day (yyyy-MM-dd), null without one. On the caller's connection. */
    async on(executor: Db, regionCode: string, day: string): Promise<EnrolmentRule | null> {
      return ruleOn(await listRules(executor, regionCode), day)
    },

    /** From which day somebody is active whom BPJS accepts on that day; null when the region has no rule. */
    async activeOn(executor: Db, regionCode: string, acceptedOn: string): Promise<string | null> {
      const rule = ruleOn(await listRules(executor, regionCode), acceptedOn)
      return rule && activeOn(rule, acceptedOn)
    },
  }
}
export type Rules = ReturnType<typeof createRules>
