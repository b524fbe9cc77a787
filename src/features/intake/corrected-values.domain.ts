import type { CorrectedValue } from './corrected-value.ts'
import { type Correction, changedFields, changesOfSibling } from './correction-moves.ts'
import { memberOf } from './correction-rules.domain.ts'

type Values = Partial<Record<string, string | null>>

function valuesBefore({ row, sealed, before }: Correction): Values {
  return {
    nik: memberOf(before, row.proposalId)?.nik ?? null,
    fullName: row.fullName,
    birthPlace: row.birthPlace,
    birthDate: row.birthDate,
    sex: row.sex,
    relationship: row.relationship,
    maritalStatus: row.maritalStatus,
    familyCardNumber: sealed.familyCardNumber,
    whatsappNumber: sealed.phone,
    'address.street': sealed.street,
    'address.rt': sealed.rt,
    'address.rw': sealed.rw,
    'address.villageCode': row.villageCode,
    'address.postalCode': sealed.postalCode,
  }
}

function valuesAfter({ input }: Correction): Values {
  const { address = {}, ...changes } = input.changes
  return {
    ...changes,
    ...Object.fromEntries(Object.entries(address).map(([field, value]) => [`address.${field}`, value])),
  }
}

/**
 * Every field that the correction named of the corrected member, and of each other member what became another one, by proposal. A value
 * that was sent again as it stood is among them: the reviewer shall see that nothing changed.
 */
export function correctedValues(correction: Correction): Map<string, CorrectedValue[]> {
  const { row, siblings, before, after } = correction
  const [old, now] = [valuesBefore(correction), valuesAfter(correction)]
  const valueOf = (field: string): CorrectedValue => ({
    field,
    before: old[field] ?? null,
    after: now[field] ?? null,
  })
  const own = changedFields(correction.input.changes).filter((field) => field in old)
  return new Map([
    [row.proposalId, own.map(valueOf)],
    ...siblings.map((sibling) => {
      const { proposalId } = sibling
      const relationship: CorrectedValue = {
        field: 'relationship',
        before: memberOf(before, proposalId)?.relationship ?? null,
        after: memberOf(after, proposalId)?.relationship ?? null,
      }
      const values = changesOfSibling(correction, sibling).map((field) =>
        field === 'relationship' ? relationship : valueOf(field),
      )
      return [proposalId, values] as const
    }),
  ])
}
