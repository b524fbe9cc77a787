import { timingSafeEqual } from 'node:crypto'
import type { PublicStatus } from '../../contracts/api/public-status.ts'
import { PUBLIC_LABELS, type PublicLabel } from '../../contracts/lifecycle/labels.ts'
import type { State } from '../../contracts/lifecycle/states.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import type { IntakePorts } from './intake.ports.ts'
import type { IntakeSealing } from './sealing.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'

type StatusRow = {
  id: string
  regionCode: string
  submittedAt: Date
  householdSealed: Buffer
  states: State[]
}

async function findByReceipt(db: Db, receiptNumber: string): Promise<StatusRow | undefined> {
  const rows = await db
    .selectFrom('intake as i')
    .leftJoin('proposal_status as s', 's.intake_id', 'i.id')
    .select(['i.id', 'i.region_code', 'i.submitted_at', 'i.household_sealed', 's.state'])
    .where('i.receipt_number', '=', receiptNumber)
    .orderBy('s.proposal_id')
    .execute()
  const [first] = rows
  if (!first) return undefined
  return {
    id: first.id,
    regionCode: first.region_code,
    submittedAt: first.submitted_at,
    householdSealed: first.household_sealed,
    states: rows.flatMap((row) => (row.state === null ? [] : [row.state as State])),
  }
}

/** What a resident sees with the receipt number and the last four digits of the phone. */
export function createPublicStatus(deps: { db: Db; sealing: IntakeSealing; regions: IntakePorts['regions'] }) {
  const { db, sealing, regions } = deps
  // Opened instead when there is no such receipt, so that both refusals do the same work.
  const decoy = sealing.sealHousehold(NOBODY, {
    familyCardNumber: '0'.repeat(16),
    phone: 'none',
    street: 'Jl. Contoh 1',
    rt: '001',
    rw: '001',
    postalCode: null,
    otherMembers: [],
  })

  return {
    /**
     * The public label of every member, nothing else. "No such receipt" and "does not match" give the same `not_found`
     * after the same work: one query, one opened household, one comparison.
     */
    async getStatus(
      query: { receiptNumber: string; phoneLast4: string },
      labelOf: (label: PublicLabel) => string,
    ): Promise<PublicStatus> {
      const row = await findByReceipt(db, query.receiptNumber)
      const household = sealing.openHousehold(row?.id ?? NOBODY, row?.householdSealed ?? decoy)
      const matches = timingSafeEqual(Buffer.from(household.phone.slice(-4)), Buffer.from(query.phoneLast4))
      if (!row || !matches) throw new AppError('not_found')
      return {
        receiptNumber: query.receiptNumber,
        submittedOn: dayInZone(row.submittedAt, regions.timeZoneOf(row.regionCode)),
        members: row.states.map((state, index) => ({
          number: index + 1,
          status: PUBLIC_LABELS[state],
          label: labelOf(PUBLIC_LABELS[state]),
        })),
      }
    },
  }
}
export type PublicStatusService = ReturnType<typeof createPublicStatus>
