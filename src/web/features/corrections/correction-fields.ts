import type { z } from 'zod'
import type { IntakeView } from '../../../contracts/api/intakes.ts'
import type { correctionSchema, ProposalView, revealSchema } from '../../../contracts/api/proposals.ts'
import { readDate, writeDate } from '../../ui/date-text.ts'

export const PERSON_FIELDS = [
  'nik',
  'fullName',
  'birthPlace',
  'birthDate',
  'sex',
  'relationship',
  'maritalStatus',
] as const
const ADDRESS_FIELDS = [
  'address.street',
  'address.rt',
  'address.rw',
  'address.villageCode',
  'address.postalCode',
] as const
export const HOUSEHOLD_FIELDS = ['familyCardNumber', 'whatsappNumber', ...ADDRESS_FIELDS] as const
const FIELDS = [...PERSON_FIELDS, ...HOUSEHOLD_FIELDS] as const
export type Field = (typeof FIELDS)[number]

/** Numbers that the console shows masked: an empty box means "as it is". */
const NUMBERS = ['nik', 'familyCardNumber', 'whatsappNumber'] as const
export type NumberField = (typeof NUMBERS)[number]
export const isNumber = (field: Field): field is NumberField => NUMBERS.some((one) => one === field)

export type Values = Record<Field, string>
type Revealed = z.output<typeof revealSchema>
type Changes = NonNullable<z.input<typeof correctionSchema>['changes']>
type ReturnReason = ProposalView['history'][number]['reasons'][number]

/** A field that the last return names, with why; `inputs`: the boxes that change it, none for papers and consent. */
export type Returned = { field: string; reasons: ReturnReason[]; inputs: readonly Field[] }

function inputsOf(field: string): readonly Field[] {
  if (field === 'address') return ADDRESS_FIELDS
  return FIELDS.filter((one) => one === field)
}

/** What the last return names, in its order. */
export function returnedFields({ history }: Pick<ProposalView, 'history'>): Returned[] {
  const last = history.findLast(({ action }) => action === 'decide_needs_correction' || action === 'hold')
  const fields = new Map<string, ReturnReason[]>()
  for (const reason of last?.reasons ?? []) {
    if (reason.field) fields.set(reason.field, [...(fields.get(reason.field) ?? []), reason])
  }
  return [...fields].map(([field, reasons]) => ({ field, reasons, inputs: inputsOf(field) }))
}

/** The form as the case stands. */
export function standingValues(proposal: ProposalView, { address }: IntakeView, revealed?: Revealed): Values {
  return {
    nik: revealed?.nik ?? '',
    fullName: proposal.fullName,
    birthPlace: proposal.birthPlace,
    birthDate: writeDate(proposal.birthDate),
    sex: proposal.sex,
    relationship: proposal.relationship,
    maritalStatus: proposal.maritalStatus,
    familyCardNumber: revealed?.familyCardNumber ?? '',
    whatsappNumber: revealed?.whatsappNumber ?? '',
    'address.street': address.street,
    'address.rt': address.rt,
    'address.rw': address.rw,
    'address.villageCode': address.villageCode,
    'address.postalCode': address.postalCode ?? '',
  }
}

/** What was typed as the server takes it. Copied numbers come with the spaces that they were printed with. */
function valueOf(field: Field, typed: string | undefined): string | undefined {
  const text = typed?.trim()
  if (text === undefined) return undefined
  if (field === 'birthDate') return readDate(text) ?? text
  return isNumber(field) ? text.replaceAll(/\s/g, '') : text
}

/** Only what is another value than the case has. The server judges it, so texts go as they were typed. */
export function toChanges(typed: Partial<Values>, standing: Values, formerHead: string): Changes {
  const changed = FIELDS.flatMap((field) => {
    const value = valueOf(field, typed[field])
    if (value === undefined || value === valueOf(field, standing[field])) return []
    return value === '' && isNumber(field) ? [] : [[field, value] as const]
  })
  const own = changed.filter(([field]) => !field.startsWith('address.'))
  const address = changed.flatMap(([field, value]) =>
    field.startsWith('address.')
      ? [[field.slice('address.'.length), field === 'address.postalCode' && value === '' ? null : value] as const]
      : [],
  )
  return {
    ...Object.fromEntries(own),
    ...(address.length > 0 && { address: Object.fromEntries(address) }),
    ...(formerHead !== '' && { formerHeadRelationship: formerHead }),
  } as Changes
}
