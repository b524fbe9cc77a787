import { Checkbox, Combobox, Stack, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useMe } from '../../app/session.ts'
import type { Village } from './draft.ts'
import { kecamatanQuery, villagesQuery } from './queries.ts'
import { useIntakeText } from './texts.ts'

const PAUSE_MS = 150
const ASKED_LENGTH = 2
const KABKOTA_LENGTH = 5
const KECAMATAN_LENGTH = 8

type Props = {
  village: Village | null
  error: string | undefined
  onChange: (village: Village | null, postalCode: string | null) => void
}

/** A village by its name: of the office's own region, or of its province when somebody lives elsewhere. */
export function VillagePicker({ village, error, onChange }: Props) {
  const t = useIntakeText()
  const { regionCode, regionName } = useMe()
  const kabkota = regionCode.slice(0, KABKOTA_LENGTH)
  const [isWide, setWide] = useState(village !== null && !village.code.startsWith(`${kabkota}.`))
  /** Null while the chosen one stands there. */
  const [typed, setTyped] = useState<string | null>(null)
  const [q] = useDebouncedValue((typed ?? '').trim(), PAUSE_MS)
  const found = useQuery(villagesQuery(isWide ? kabkota.slice(0, 2) : kabkota, q))
  const { data: kecamatan } = useQuery(kecamatanQuery(kabkota))
  const nameOf = new Map((kecamatan?.items ?? []).map(({ code, name }) => [code, name]))
  const wordsFor = ({ code, name }: Village): string => {
    const parent = nameOf.get(code.slice(0, KECAMATAN_LENGTH))
    return parent ? t('village.in', { village: name, kecamatan: parent }) : `${name} (${code})`
  }
  const items = q.length < ASKED_LENGTH ? [] : (found.data?.items ?? []).filter(({ retired }) => !retired)
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const { selectFirstOption } = combobox
  const codes = items.map(({ code }) => code).join()
  // Enter takes the first as soon as there is one.
  useEffect(() => {
    if (codes !== '') selectFirstOption()
  }, [codes, selectFirstOption])

  const choose = (code: string): void => {
    const region = items.find((item) => item.code === code)
    if (!region) return
    onChange({ code, name: region.name }, region.postalCode)
    setTyped(null)
    combobox.closeDropdown()
  }
  const hint = q.length < ASKED_LENGTH ? 'village.type' : found.isFetching ? 'village.asking' : 'village.none'
  return (
    <Stack gap="xs">
      {/* A field that is scrolled out of view for a moment keeps its list. */}
      <Combobox store={combobox} onOptionSubmit={choose} hideDetached={false}>
        <Combobox.Target withExpandedAttribute>
          <TextInput
            label={t('village.label')}
            description={t('village.hint', { region: regionName ?? kabkota })}
            value={typed ?? (village ? wordsFor(village) : '')}
            onChange={({ currentTarget: { value } }) => {
              setTyped(value)
              if (village) onChange(null, null)
              combobox.openDropdown()
            }}
            onFocus={({ currentTarget }) => currentTarget.select()}
            onBlur={() => combobox.closeDropdown()}
            autoComplete="off"
            spellCheck={false}
            error={error}
            {...(error && { 'data-wrong': true })}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={typed === null}>
          <Combobox.Options mah={260} style={{ overflowY: 'auto' }}>
            {items.map((item) => (
              <Combobox.Option key={item.code} value={item.code}>
                {wordsFor(item)}
              </Combobox.Option>
            ))}
            {items.length === 0 && <Combobox.Empty>{t(hint)}</Combobox.Empty>}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      <Checkbox
        label={t('village.wide', { region: regionName ?? kabkota })}
        checked={isWide}
        onChange={({ currentTarget }) => setWide(currentTarget.checked)}
      />
    </Stack>
  )
}
