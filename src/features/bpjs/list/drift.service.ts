import { z } from 'zod'
import type { Actor } from '../../../contracts/access.ts'
import {
  type DriftDetail,
  type DriftPeopleQuery,
  type DriftPerson,
  type DriftView,
  type Evidence,
} from '../../../contracts/api/lists.ts'
import { DRIFT_KINDS, type DriftKind } from '../../../contracts/list-terms.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db } from '../../database.ts'
import type { AuditTrail, RegionNames } from '../bpjs.ports.ts'
import {
  type ChangeRow,
  type DriftCount,
  findDrift,
  listChanges,
  listDriftCounts,
  listDrifts,
  listHistory,
  pickKnown,
  type StoredDrift,
} from './drift.repository.ts'
import { type ListPerson, openBlock } from './list-block.ts'
import type { Caller } from './lists.service.ts'

export type DriftDeps = { db: Db; sealer: Sealer; audit: AuditTrail; regions: RegionNames }

const DRIFTS_SHOWN = 60
const cursorContent = z.tuple([z.enum(DRIFT_KINDS), z.string().max(13), z.string().regex(/^[0-9a-f]{64}$/)])

type Counts = Record<DriftKind, number>
const sumOf = (counts: readonly DriftCount[]): Counts => {
  const sums = Object.fromEntries(DRIFT_KINDS.map((kind) => [kind, 0])) as Counts
  for (const { kind, people } of counts) sums[kind] += people
  return sums
}

const maskNik = (nik: string): string => `••••${nik.slice(-4)}`

export function createDrifts({ db, sealer, audit, regions }: DriftDeps) {
  const viewOf = (drift: StoredDrift, counts: readonly DriftCount[]): DriftView => ({
    id: drift.id,
    regionCode: drift.regionCode,
    regionName: regions.nameOf(drift.regionCode) ?? drift.regionCode,
    fromMonth: drift.fromMonth.slice(0, 7),
    toMonth: drift.toMonth.slice(0, 7),
    computedAt: drift.computedAt.toISOString(),
    hasPeople: drift.hasPeople,
    counts: sumOf(counts.filter(({ driftId }) => driftId === drift.id)),
  })
  const villageOf = (code: string) =>
    code === '' ? { villageCode: null, villageName: null } : { villageCode: code, villageName: regions.nameOf(code) }

  const requireDrift = async (actor: Actor, id: string): Promise<StoredDrift> => {
    const drift = await findDrift(db, actor, id)
    if (!drift) throw new AppError('not_found')
    return drift
  }

  /** Blocks are opened once a page, however many of their people are on it. */
  const openPeople = () => {
    const opened = new Map<string, ListPerson[]>()
    return ({ blockList, block, slot, sealed }: ChangeRow): ListPerson => {
      const key = `${blockList}:${block}`
      const people = opened.get(key) ?? openBlock(sealer, blockList, { position: block, sealed })
      opened.set(key, people)
      const person = people[slot]
      if (!person) throw new AppError('internal_error')
      return person
    }
  }

  return {
    /** What changed from month to month in the caller's region, newest first. */
    async list(actor: Actor): Promise<DriftView[]> {
      const drifts = await listDrifts(db, actor, DRIFTS_SHOWN)
      const counts = await listDriftCounts(
        db,
        actor,
        drifts.map(({ id }) => id),
      )
      return drifts.map((drift) => viewOf(drift, counts))
    },

    /** The same of one pair of months, by village. Throws `not_found` for another region's. */
    async get(actor: Actor, id: string): Promise<DriftDetail> {
      const drift = await requireDrift(actor, id)
      const counts = await listDriftCounts(db, actor, [id])
      const codes = [...new Set(counts.map(({ villageCode }) => villageCode))]
      return {
        ...viewOf(drift, counts),
        villages: codes.map((code) => ({
          ...villageOf(code),
          counts: sumOf(counts.filter(({ villageCode }) => villageCode === code)),
        })),
      }
    },

    /** A page of a work list, in the order of villages; numbers masked, audited as a search. Throws `not_found` as `get`. */
    async listPeople(
      caller: Caller,
      id: string,
      query: DriftPeopleQuery,
    ): Promise<{ items: DriftPerson[]; nextCursor: string | null }> {
      const { actor } = caller
      const drift = await requireDrift(actor, id)
      const rows = await listChanges(db, actor, {
        driftId: id,
        kind: query.kind,
        village: query.village,
        after: query.cursor === undefined ? undefined : decodeCursor(query.cursor, query.kind),
        limit: query.limit + 1,
        registrations: { regions: regions.kabKotaIn(actor.regionCode) },
      })
      const shown = rows.slice(0, query.limit)
      const personOf = openPeople()
      await db.transaction().execute((tx) =>
        audit.record(tx, [
          {
            actorId: actor.userId,
            actorRole: actor.role,
            action: 'search',
            subjectType: 'list_drift',
            subjectId: id,
            requestId: caller.requestId,
            officeId: actor.officeId,
            regionCode: drift.regionCode,
            details: { kind: query.kind, village: query.village ?? null, found: shown.length },
          },
        ]),
      )
      const last = shown.at(-1)
      return {
        items: shown.map((row) => {
          const { nik, fullName, statusText } = personOf(row)
          return {
            fullName: fullName ?? '',
            nikMasked: maskNik(nik),
            ...villageOf(row.villageCode),
            from: { standing: row.fromStanding as DriftPerson['from']['standing'], segment: row.fromSegment },
            to: {
              standing: row.toStanding as DriftPerson['to']['standing'],
              segment: row.toSegment,
              statusText: row.toStanding === null ? null : statusText,
            },
            proposalId: row.proposalId,
          }
        }),
        nextCursor: rows.length > shown.length && last ? encodeCursor(query.kind, last) : null,
      }
    },

    /** For telling: the registered people of a work list that the caller may see, and how many it has in all. */
    async pickKnown(actor: Actor, id: string, wanted: { kind: DriftKind; village: string | undefined }) {
      const drift = await requireDrift(actor, id)
      const found = await pickKnown(db, actor, {
        ...wanted,
        driftId: id,
        regions: regions.kabKotaIn(actor.regionCode),
      })
      return { drift, ...found }
    },

    /** What the lists that count say of a person, by the blind index of the NIK. Evidence: it decides nothing. */
    async findEvidence(nikIndex: Buffer): Promise<Evidence> {
      const rows = await listHistory(db, nikIndex)
      const evidence: Evidence = { poor: [], membership: [] }
      for (const { kind, month, standing, segment, decile, appliedAt } of rows) {
        const dated = { month: month.slice(0, 7), appliedAt: appliedAt.toISOString() }
        if (kind === 'poor') evidence.poor.push({ ...dated, decile })
        else if (standing !== null) {
          evidence.membership.push({ ...dated, segment, standing: standing as 'active' | 'inactive' | 'unknown' })
        }
      }
      return evidence
    },
  }
}
export type Drifts = ReturnType<typeof createDrifts>

function encodeCursor(kind: DriftKind, { villageCode, nikIndex }: ChangeRow): string {
  return Buffer.from(JSON.stringify([kind, villageCode, nikIndex.toString('hex')])).toString('base64url')
}

/** One that was altered or belongs to another list is `invalid_input`, not a wrong page. */
function decodeCursor(cursor: string, wanted: DriftKind): { village: string; nikIndex: Buffer } {
  const refused = new AppError('invalid_input', { issues: [{ path: 'cursor', code: 'cursor_invalid' }] })
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw refused
  }
  const content = cursorContent.safeParse(value)
  if (!content.success || content.data[0] !== wanted) throw refused
  return { village: content.data[1], nikIndex: Buffer.from(content.data[2], 'hex') }
}
