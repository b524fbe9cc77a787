import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '../../app/session.ts'
import { regionSearchQuery } from '../proposals/queries.ts'
import { useBatchText } from './texts.ts'

const PAUSE_MS = 250
const KAB_KOTA_LEVEL = 2
const KAB_KOTA_LENGTH = 5

/** The kab/kota of whoever works for one; undefined for a province and above, who choose. */
export function useOwnRegency(): string | undefined {
  const { regionCode } = useMe()
  return regionCode.length >= KAB_KOTA_LENGTH ? regionCode.slice(0, KAB_KOTA_LENGTH) : undefined
}

type Props = {
  onChange: (code: string | undefined) => void
  /** Without one, all of them are meant. */
  isOptional?: boolean
}

/** A kab/kota by its name, for those who work for several. */
export function RegencySelect({ onChange, isOptional = false }: Props) {
  const t = useBatchText()
  const [search, setSearch] = useState('')
  const [q] = useDebouncedValue(search.trim(), PAUSE_MS)
  const { data } = useQuery({
    ...regionSearchQuery(q, KAB_KOTA_LEVEL),
    enabled: q.length >= 2,
    placeholderData: keepPreviousData,
  })
  return (
    <Select
      label={t('region')}
      placeholder={t('region.search')}
      data={(data?.items ?? []).map(({ code, name }) => ({ value: code, label: name }))}
      onChange={(code) => onChange(code ?? undefined)}
      searchable
      onSearchChange={setSearch}
      nothingFoundMessage={t('region.none')}
      required={!isOptional}
      clearable={isOptional}
      clearButtonProps={{ 'aria-label': t('all') }}
    />
  )
}
