import type { Sealer } from '../../platform/crypto/sealer.ts'
import { type Household, householdSchema } from './household.ts'

/** How intake seals and indexes identity data; the contexts tie each value to its row. */
export function createIntakeSealing(sealer: Sealer) {
  const householdContext = (intakeId: string): string => `intake:${intakeId}:household`
  const nikContext = (proposalId: string): string => `proposal:${proposalId}:nik`
  const answerContext = (actorId: string, key: string): string => `idempotency:${actorId}:${key}`
  return {
    nikIndex: (nik: string): Buffer => sealer.blindIndex('nik', nik),
    familyCardIndex: (number: string): Buffer => sealer.blindIndex('kk', number),
    phoneIndex: (phone: string): Buffer => sealer.blindIndex('phone', phone),
    sealNik: (proposalId: string, nik: string): Buffer => sealer.seal(nik, nikContext(proposalId)),
    openNik: (proposalId: string, sealed: Uint8Array): string => sealer.open(sealed, nikContext(proposalId)),
    sealHousehold: (intakeId: string, household: Household): Buffer =>
      sealer.seal(JSON.stringify(household), householdContext(intakeId)),
    openHousehold: (intakeId: string, sealed: Uint8Array): Household =>
      householdSchema.parse(JSON.parse(sealer.open(sealed, householdContext(intakeId)))),
    sealAnswer: (actorId: string, key: string, answer: string): Buffer =>
      sealer.seal(answer, answerContext(actorId, key)),
    openAnswer: (actorId: string, key: string, sealed: Uint8Array): string =>
      sealer.open(sealed, answerContext(actorId, key)),
  }
}
export type IntakeSealing = ReturnType<typeof createIntakeSealing>
