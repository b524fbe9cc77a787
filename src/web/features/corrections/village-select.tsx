import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { regionSearchQuery } from '../proposals/queries.ts'
import { useCorrectionText } from './texts.ts'

const PAUSE_MS = 250
const VILLAGE = 4

type Props = {
  value: string
  /** What `value` is called, as long as nobody has searched. */
  name: string
  error: string | undefined
  onChange: (code: string) => void
}

/** A village by its name, within the region of the office. */
export function VillageSelect({ value, name, error, onChange }: Props) {
  const t = useCorrectionText()
  const [first] = useState({ value, label: name })
  const [search, setSearch] = useState('')
  const [q] = useDebouncedValue(search.trim(), PAUSE_MS)
  const [chosen, setChosen] = useState(first)
  const isAsked = q.length >= 2 && q !== first.label && q !== chosen.label
  const { data } = useQuery({
    ...regionSearchQuery(q, VILLAGE),
    enabled: isAsked,
    placeholderData: keepPreviousData,
  })
  const found = (data?.items ?? []).map(({ code, name: label }) => ({ value: code, label: `${label} (${code})` }))
  const standing = value === chosen.value ? chosen : first
  const options = [standing, ...found.filter((one) => one.value !== standing.value)]
  return (
    <Select
      label={t('village')}
      description={t('village.search')}
      data={options}
      value={value}
      onChange={(code) => {
        const option = options.find((one) => one.value === code)
        if (!option) return
        setChosen(option)
        onChange(option.value)
      }}
      searchable
      onSearchChange={setSearch}
      filter={({ options: all }) => all}
      nothingFoundMessage={t('village.none')}
      allowDeselect={false}
      error={error}
    />
  )
}
