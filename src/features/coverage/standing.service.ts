import type { Actor } from '../../contracts/access.ts'
import type {
  Contribution,
  CoverageRule,
  CreateRuleBody,
  PutContribution,
  StandingQuery,
  StandingResponse,
} from '../../contracts/api/coverage.ts'
import { addMonths, lastDayOf } from '../../contracts/primitives/calendar-month.ts'
import { isInSubtree } from '../../contracts/primitives/region-code.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import type { AuditPort } from './coverage.ports.ts'
import { composeFigure, NOTHING_STORED } from './figure.domain.ts'
import { listRows, type RowKey } from './figure.repository.ts'
import type { FiguresService, Reader } from './figures.service.ts'
import { ancestorsOf, type Places } from './places.ts'
import { judgeRule, PACE_MONTHS, type StandingMonth } from './standing.domain.ts'
import { findContribution, insertRule, listRules, putContribution } from './standing.repository.ts'

export type Caller = { actor: Actor; requestId: string }

type StandingDeps = {
  db: Db
  clock: Clock
  ids: Ids
  audit: AuditPort
  places: Places
  figures: Pick<FiguresService, 'placeOf' | 'reach' | 'resolve'>
}

export function createStandingService({ db, clock, ids, audit, places, figures }: StandingDeps) {
  const requireOwn = ({ actor }: Caller, code: string): void => {
    if (!places.find(code, 'id') || !isInSubtree(code, actor.regionCode)) throw new AppError('not_found')
  }

  return {
    /** Every rule that holds for the region, those in force in the month first. */
    async getStanding(reader: Reader, code: string, query: StandingQuery): Promise<StandingResponse> {
      const region = figures.placeOf(code, reader.language)
      figures.reach(reader, code)
      const { month, at, source } = await figures.resolve(db, code, { ...query, segment: 'all' })
      const months = Array.from({ length: PACE_MONTHS + 1 }, (_, index) => addMonths(at, index - PACE_MONTHS))
      const keys = months.flatMap((one): RowKey[] => [
        { regionCode: code, segment: 'all', month: one },
        { regionCode: code, segment: 'pbpu_pemda', month: one },
      ])
      const [rows, rules, contribution] = await Promise.all([
        listRows(db, source, keys),
        listRules(db, [code, ...ancestorsOf(code)]),
        findContribution(db, code, lastDayOf(at)),
      ])
      const children = places.countChildren(code)
      const known = months.map((one, index): StandingMonth => {
        const figure = (offset: number) => composeFigure(region, rows[2 * index + offset] ?? NOTHING_STORED, children)
        return { month: one, total: figure(0), local: figure(1) }
      })
      const now = known.at(-1)
      if (!now) throw new Error('no month to judge')
      const judged = rules.map((rule) => judgeRule(rule, now, known.slice(0, -1), contribution))
      judged.sort((a, b) => Number(b.inForce) - Number(a.inForce))
      return { month, source, region, contribution, rules: judged }
    },

    async listRules({ actor }: Caller): Promise<CoverageRule[]> {
      return await listRules(db, [actor.regionCode, ...ancestorsOf(actor.regionCode)])
    },

    /** Adds a rule for a region within the caller's own. */
    async createRule(caller: Caller, body: CreateRuleBody): Promise<CoverageRule> {
      requireOwn(caller, body.regionCode)
      const { actor, requestId } = caller
      const rule: CoverageRule = { id: ids.next(), ...body }
      await db.transaction().execute(async (tx) => {
        await insertRule(tx, rule, actor.userId, clock.now())
        await audit.record(tx, [
          {
            actorId: actor.userId,
            actorRole: actor.role,
            action: 'create_coverage_rule',
            subjectType: 'coverage_rule',
            subjectId: rule.id,
            requestId,
            officeId: actor.officeId,
            regionCode: rule.regionCode,
            details: { rule: { ...rule } },
          },
        ])
      })
      return rule
    },

    /** Records whether a local government owes contributions. */
    async putContribution(caller: Caller, code: string, body: PutContribution): Promise<Contribution> {
      requireOwn(caller, code)
      const { actor, requestId } = caller
      await db.transaction().execute(async (tx) => {
        await putContribution(tx, code, body, actor.userId, clock.now())
        await audit.record(tx, [
          {
            actorId: actor.userId,
            actorRole: actor.role,
            action: 'record_contribution',
            subjectType: 'region',
            subjectId: code,
            requestId,
            officeId: actor.officeId,
            regionCode: code,
            details: { ...body },
          },
        ])
      })
      return body
    },
  }
}
export type StandingService = ReturnType<typeof createStandingService>
