import type { Db } from '../database.ts'
import { listProposalsByIds } from './proposal.repository.ts'
import type { IntakeSealing } from './sealing.ts'

/** Everything that was entered about one person and the family, opened: what goes to BPJS. Stays in memory; never logged, never queued. */
export type EnrolmentSubject = {
  proposalId: string
  intakeId: string
  officeId: string
  receiptNumber: string
  submittedAt: Date
  version: number
  nik: string | null
  familyCardNumber: string
  phone: string
  street: string
  rt: string
  rw: string
  postalCode: string | null
  villageCode: string
  fullName: string
  birthPlace: string
  birthDate: string
  sex: 'male' | 'female'
  relationship: string
  maritalStatus: string
}

/** In the order of the ids, in one statement; unknown ids are left out. */
export async function loadEnrolmentSubjects(
  sealing: IntakeSealing,
  executor: Db,
  proposalIds: readonly string[],
): Promise<EnrolmentSubject[]> {
  const rows = await listProposalsByIds(executor, proposalIds)
  return rows.map((row) => {
    const { familyCardNumber, phone, street, rt, rw, postalCode } = sealing.openHousehold(
      row.intakeId,
      row.householdSealed,
    )
    return {
      proposalId: row.proposalId,
      intakeId: row.intakeId,
      officeId: row.officeId,
      receiptNumber: row.receiptNumber,
      submittedAt: row.submittedAt,
      version: row.snapshot.version,
      nik: row.nikSealed && sealing.openNik(row.proposalId, row.nikSealed),
      familyCardNumber,
      phone,
      street,
      rt,
      rw,
      postalCode,
      villageCode: row.villageCode,
      fullName: row.fullName,
      birthPlace: row.birthPlace,
      birthDate: row.birthDate,
      sex: row.sex,
      relationship: row.relationship,
      maritalStatus: row.maritalStatus,
    }
  })
}
