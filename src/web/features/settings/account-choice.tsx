import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAppText } from '../../app/texts.ts'
import { listAccounts } from './calls.ts'
import { SETTINGS } from './queries.ts'
import { useSettingsText } from './texts.ts'

type Props = {
  label: string
  value: string | null
  onChange: (userId: string | null) => void
  error?: string | undefined
  isRequired?: boolean
}

/** One account of the region, by name. */
export function AccountChoice({ label, value, onChange, error, isRequired = false }: Props) {
  const t = useSettingsText()
  const app = useAppText()
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed.trim(), 250)
  const [labels, setLabels] = useState<Record<string, string>>({})
  // What is shown once something is chosen is its label: not a question to the server.
  const isChosen = value !== null && labels[value] === q
  const found = useQuery({
    queryKey: [SETTINGS, 'accounts', 'choice', isChosen ? '' : q],
    queryFn: ({ signal }) => listAccounts({ query: { limit: 20, ...(q !== '' && !isChosen && { q }) } }, { signal }),
  })
  const data = found.data?.items.map((account) => ({
    value: account.id,
    label: `${account.displayName} · ${app(`role.${account.role}`)}`,
  }))
  const known = value !== null && labels[value] !== undefined ? [{ value, label: labels[value] }] : []
  const choices = [...(data ?? []), ...known.filter((one) => !data?.some((other) => other.value === one.value))]
  return (
    <Select
      label={label}
      placeholder={isRequired ? undefined : t('all')}
      data={choices}
      value={value}
      onChange={(to, option) => {
        if (to !== null) setLabels((former) => ({ ...former, [to]: option?.label ?? to }))
        onChange(to)
      }}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      error={error}
      required={isRequired}
      searchable
      clearable
    />
  )
}
