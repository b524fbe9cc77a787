import { MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useFilterNames } from './filter-names.ts'
import { regionSearchQuery } from './queries.ts'
import { useProposalText } from './texts.ts'

const PAUSE_MS = 250

/** Regions by their name, within the caller's own. */
export function RegionFilter({
  chosen,
  onChange,
}: {
  chosen: readonly string[]
  onChange: (codes: string[] | undefined) => void
}) {
  const t = useProposalText()
  const [search, setSearch] = useState('')
  const [q] = useDebouncedValue(search.trim(), PAUSE_MS)
  const { data } = useQuery({ ...regionSearchQuery(q), enabled: q.length >= 2, placeholderData: keepPreviousData })
  const nameOf = useFilterNames({ regionCode: [...chosen] })
  const found = (data?.items ?? []).filter(({ code }) => !chosen.includes(code))
  return (
    <MultiSelect
      label={t('filter.regionCode')}
      placeholder={t('filter.regionCode.search')}
      data={[
        ...chosen.map((value) => ({ value, label: nameOf(value) })),
        ...found.map(({ code, name }) => ({ value: code, label: `${name} (${code})` })),
      ]}
      value={[...chosen]}
      onChange={(codes) => onChange(codes.length > 0 ? codes : undefined)}
      searchable
      onSearchChange={setSearch}
      filter={({ options }) => options}
      nothingFoundMessage={t('filter.regionCode.none')}
      hidePickedOptions
      clearable
    />
  )
}
