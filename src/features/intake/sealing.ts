import { z } from 'zod'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { type CorrectedValue, correctedValueSchema } from './corrected-value.ts'
import { type Household, householdSchema } from './household.ts'

/** How intake seals and indexes identity data; the contexts tie each value to its row. */
export function createIntakeSealing(sealer: Sealer) {
  const householdContext = (intakeId: string): string => `intake:${intakeId}:household`
  const nikContext = (proposalId: string): string => `proposal:${proposalId}:nik`
  const answerContext = (actorId: string, key: string): string => `idempotency:${actorId}:${key}`
  const documentContext = (documentId: string): string => `document:${documentId}:content`
  const correctionContext = (proposalId: string, version: number): string => `correction:${proposalId}:${version}`
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
    sealCorrection: (proposalId: string, version: number, values: readonly CorrectedValue[]): Buffer =>
      sealer.seal(JSON.stringify(values), correctionContext(proposalId, version)),
    openCorrection: (proposalId: string, version: number, sealed: Uint8Array): CorrectedValue[] =>
      z.array(correctedValueSchema).parse(JSON.parse(sealer.open(sealed, correctionContext(proposalId, version)))),
    sealDocument: (documentId: string, content: Buffer): Buffer => sealer.seal(content, documentContext(documentId)),
    openDocument: (documentId: string, sealed: Uint8Array): Buffer =>
      sealer.openBytes(sealed, documentContext(documentId)),
    sealAnswer: (actorId: string, key: string, answer: string): Buffer =>
      sealer.seal(answer, answerContext(actorId, key)),
    openAnswer: (actorId: string, key: string, sealed: Uint8Array): string =>
      sealer.open(sealed, answerContext(actorId, key)),
  }
}
export type IntakeSealing = ReturnType<typeof createIntakeSealing>
