import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'

/** What the checks need to know about one proposal, its identity opened. Stays in memory; never logged, never queued. */
export type CheckSubject = {
  proposalId: string
  intakeId: string
  regionCode: string
  villageCode: string
  officeId: string
  createdBy: string
  submittedAt: Date
  snapshot: Snapshot
  nik: string | null
  nikIndex: Buffer | null
  familyCardNumber: string
  familyCardIndex: Buffer
  fullName: string
  birthPlace: string
  birthDate: string
  sex: 'male' | 'female'
  relationship: string
  /** Warning codes that the officer confirmed. */
  warnings: string[]
}
