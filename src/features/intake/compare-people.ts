import type { ComparedField } from '../../contracts/api/proposals.ts'
import { maskNik } from '../../contracts/primitives/nik.ts'
import type { IntakePorts } from './intake.ports.ts'
import type { ProposalRow } from './proposal.repository.ts'
import type { IntakeSealing } from './sealing.ts'

export const maskPhone = (phone: string): string => `•••• •••• ${phone.slice(-4)}`

type Sealing = Pick<IntakeSealing, 'openHousehold'>

/** What two proposals say of a person, field by field. What is shown masked is compared whole. */
export function comparePeople(
  { sealing, regions }: { sealing: Sealing; regions: Pick<IntakePorts['regions'], 'villageName'> },
  left: ProposalRow,
  right: ProposalRow,
): ComparedField[] {
  const households = [left, right].map((row) => sealing.openHousehold(row.intakeId, row.householdSealed))
  const [one, other] = households
  if (!one || !other) return []
  const plain = (field: string, ours: string | null, theirs: string | null): ComparedField => {
    return { field, left: ours, right: theirs, differs: ours !== theirs }
  }
  const masked = (field: string, ours: string | null, theirs: string | null, isSame: boolean): ComparedField => {
    return { field, left: ours, right: theirs, differs: !isSame }
  }
  const sameNik = left.nikIndex !== null && right.nikIndex !== null && left.nikIndex.equals(right.nikIndex)
  return [
    masked('nik', left.nikMasked, right.nikMasked, sameNik),
    plain('fullName', left.fullName, right.fullName),
    plain('birthPlace', left.birthPlace, right.birthPlace),
    plain('birthDate', left.birthDate, right.birthDate),
    plain('sex', left.sex, right.sex),
    plain('relationship', left.relationship, right.relationship),
    plain('maritalStatus', left.maritalStatus, right.maritalStatus),
    masked(
      'familyCardNumber',
      maskNik(one.familyCardNumber),
      maskNik(other.familyCardNumber),
      left.familyCardIndex.equals(right.familyCardIndex),
    ),
    masked('whatsappNumber', maskPhone(one.phone), maskPhone(other.phone), one.phone === other.phone),
    plain('address.street', one.street, other.street),
    plain('address.rt', one.rt, other.rt),
    plain('address.rw', one.rw, other.rw),
    masked(
      'address.village',
      regions.villageName(left.villageCode) ?? left.villageCode,
      regions.villageName(right.villageCode) ?? right.villageCode,
      left.villageCode === right.villageCode,
    ),
  ]
}
