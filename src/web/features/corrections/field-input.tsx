import { Select, TextInput } from '@mantine/core'
import { MARITAL_STATUSES, RELATIONSHIPS, SEXES } from '../../../contracts/household-terms.ts'
import { DateField } from '../../ui/date-field.tsx'
import { useFieldLabel } from '../../ui/field-label.ts'
import { useTerms } from '../../ui/terms/terms.ts'
import { type Field, isNumber } from './correction-fields.ts'
import { useCorrectionText } from './texts.ts'
import { VillageSelect } from './village-select.tsx'

type Props = {
  field: Field
  value: string
  error: string | undefined
  /** How the number stands, masked; null: there is none. Of no use for other fields. */
  masked: string | null
  villageName: string
  onChange: (value: string) => void
}

function useOptions(field: Field): { value: string; label: string }[] | null {
  const terms = useTerms()
  switch (field) {
    case 'sex':
      return SEXES.map((value) => ({ value, label: terms(`sex.${value}`) }))
    case 'relationship':
      return RELATIONSHIPS.map((value) => ({ value, label: terms(`relationship.${value}`) }))
    case 'maritalStatus':
      return MARITAL_STATUSES.map((value) => ({ value, label: terms(`marital.${value}`) }))
    default:
      return null
  }
}

const DIGITS: readonly Field[] = ['address.rt', 'address.rw', 'address.postalCode']

/** The box of one field. */
export function FieldInput({ field, value, error, masked, villageName, onChange }: Props) {
  const t = useCorrectionText()
  const label = useFieldLabel()
  const options = useOptions(field)
  if (field === 'address.villageCode') {
    return <VillageSelect value={value} name={villageName} error={error} onChange={onChange} />
  }
  if (options) {
    return (
      <Select
        label={label(field)}
        data={options}
        value={value}
        onChange={(chosen) => chosen !== null && onChange(chosen)}
        allowDeselect={false}
        error={error}
      />
    )
  }
  if (field === 'birthDate') return <DateField label={label(field)} value={value} onChange={onChange} error={error} />
  const isDigits = isNumber(field) || DIGITS.includes(field)
  return (
    <TextInput
      label={label(field)}
      {...(isNumber(field) && { description: masked === null ? t('number.none') : t('number.keep', { masked }) })}
      {...(isDigits && { inputMode: field === 'whatsappNumber' ? ('tel' as const) : ('numeric' as const) })}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      autoComplete="off"
      error={error}
    />
  )
}
