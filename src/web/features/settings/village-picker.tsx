import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getRegion, listRegions } from './calls.ts'
import { SETTINGS } from './queries.ts'
import { useSettingsText } from './texts.ts'

type Props = {
  /** Where to look: a kab/kota. */
  within: string
  value: string | null
  onChange: (code: string | null) => void
  error?: string | undefined
}

/** A village by its name, within a kab/kota: the server looks while somebody types. */
export function VillagePicker({ within, value, onChange, error }: Props) {
  const t = useSettingsText()
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed.trim(), 250)
  const found = useQuery({
    queryKey: [SETTINGS, 'villages', within, q],
    queryFn: ({ signal }) => listRegions({ query: { parent: within, level: 4, q, limit: 20 } }, { signal }),
    enabled: q.length >= 2,
  })
  const chosen = useQuery({
    queryKey: [SETTINGS, 'village', value],
    queryFn: ({ signal }) => getRegion({ params: { code: value ?? '' } }, { signal }),
    enabled: value !== null,
    staleTime: Infinity,
  })
  const items = [...(found.data?.items ?? []), ...(chosen.data ? [chosen.data] : [])]
  const choices = new Map(items.map(({ code, name }) => [code, { value: code, label: name }]))
  if (value !== null && !choices.has(value)) choices.set(value, { value, label: value })
  return (
    <Select
      label={t('office.village')}
      description={t('office.village.hint')}
      data={[...choices.values()]}
      value={value}
      onChange={onChange}
      onSearchChange={setTyped}
      // The server has filtered already, by rules of its own.
      filter={({ options }) => options}
      nothingFoundMessage={q.length >= 2 && found.isSuccess ? t('none') : undefined}
      error={error}
      // Its name would be written over what somebody types meanwhile.
      disabled={chosen.isLoading}
      searchable
      clearable
    />
  )
}
