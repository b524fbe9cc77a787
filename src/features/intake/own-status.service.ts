import { noticeName, publicReasons } from '../../contracts/events/notices.ts'
import { PUBLIC_LABELS, type PublicLabel } from '../../contracts/lifecycle/labels.ts'
import { REASON_CODES, type ReasonCode } from '../../contracts/lifecycle/reasons.ts'
import type { ClosedAs } from '../../contracts/lifecycle/states.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db, Tx } from '../database.ts'
import type { IntakePorts } from './intake.ports.ts'
import { listIntakesByPhone, listMemberStandings, type PhoneIntake } from './own-status.repository.ts'
import type { IntakeSealing } from './sealing.ts'

export type OwnMemberStatus = {
  /** As `noticeName` makes it. */
  name: string
  label: PublicLabel
  /** Those that may stand in a chat. */
  reasons: ReasonCode[]
  /** yyyy-MM-dd in the region's zone, while the household is waited for. */
  dueOn: string | null
  closedAs: ClosedAs | null
}

const isReasonCode = (code: string): code is ReasonCode => (REASON_CODES as readonly string[]).includes(code)

/** What a household may be told on the phone that it gave. */
export function createOwnStatus(deps: {
  sealing: Pick<IntakeSealing, 'phoneIndex'>
  clock: Clock
  ports: Pick<IntakePorts, 'regions' | 'audit'>
}) {
  const { sealing, clock, ports } = deps
  return {
    /** Intakes that gave this number (E.164 digits), the newest first: where they belong, nothing about anybody. */
    listIntakesOfPhone: (executor: Db, phone: string, limit: number): Promise<PhoneIntake[]> =>
      listIntakesByPhone(executor, { phoneIndex: sealing.phoneIndex(phone), limit }),

    /** The same; none of them gives another number before the transaction ends. */
    lockIntakesOfPhone: (tx: Tx, phone: string, limit: number): Promise<PhoneIntake[]> =>
      listIntakesByPhone(tx, { phoneIndex: sealing.phoneIndex(phone), limit, hold: true }),

    /**
     * The members of one of them with label, public reasons and due day. Undefined when the intake has not (or no longer) this
     * number. The look is told to the audit log in the same transaction.
     */
    async showToPhone(tx: Tx, phone: string, intakeId: string) {
      const [intake] = await listIntakesByPhone(tx, { phoneIndex: sealing.phoneIndex(phone), intakeId, limit: 1 })
      if (!intake) return undefined
      await ports.audit.record(tx, [
        {
          actorId: null,
          actorRole: 'anonymous',
          regionCode: intake.regionCode,
          requestId: null,
          action: 'public_status',
          subjectType: 'receipt',
          subjectId: intake.receiptNumber,
          details: { outcome: 'shown', to: 'own_number' },
        },
      ])
      const zone = ports.regions.timeZoneOf(intake.regionCode)
      const standings = await listMemberStandings(tx, intakeId, clock.now())
      return {
        ...intake,
        submittedOn: dayInZone(intake.submittedAt, zone),
        members: standings.map(
          (member): OwnMemberStatus => ({
            name: noticeName(member.fullName),
            label: PUBLIC_LABELS[member.state],
            reasons: publicReasons([...new Set(member.reasons.map(({ code }) => code).filter(isReasonCode))]),
            dueOn: member.dueAt && dayInZone(member.dueAt, zone),
            closedAs: member.closedAs,
          }),
        ),
      }
    },
  }
}
