import { Select, Switch, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { OFFICE_KINDS } from '../../../contracts/api/office-kinds.ts'
import type { OfficeItem, OpeningHours } from '../../../contracts/api/regions.ts'
import { useMe } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { createOffice, updateOffice } from './calls.ts'
import { EditDialog } from './edit-dialog.tsx'
import { HoursField } from './hours-field.tsx'
import { officesQuery, regionsBelowQuery } from './queries.ts'
import { useSettingsText } from './texts.ts'
import { VillagePicker } from './village-picker.tsx'

const WEEK: OpeningHours = Object.fromEntries(
  (['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const).map((day) => [
    day,
    [{ opens: '08:00', closes: '14:00' }],
  ]),
)

/** Nothing typed is nothing known. */
const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())

/** The kab/kota a new office may belong to: the own one, or those of the own province. */
function useKabkota(): { value: string; label: string }[] {
  const me = useMe()
  const isProvince = !me.regionCode.includes('.')
  const { data } = useQuery({ ...regionsBelowQuery(me.regionCode), enabled: isProvince })
  if (isProvince) return data?.items.map(({ code, name }) => ({ value: code, label: name })) ?? []
  const own = me.regionCode.slice(0, 5)
  return [{ value: own, label: own === me.regionCode ? (me.regionName ?? own) : own }]
}

export function OfficeForm({ office, onClose }: { office: OfficeItem | undefined; onClose: () => void }) {
  const t = useSettingsText()
  const client = useQueryClient()
  const kabkota = useKabkota()
  const [code, setCode] = useState('')
  const [kind, setKind] = useState(office?.kind ?? 'puskesmas')
  const [region, setRegion] = useState(office?.regionCode ?? null)
  const [name, setName] = useState(office?.name ?? '')
  const [villageCode, setVillage] = useState(office?.villageCode ?? null)
  const [address, setAddress] = useState(office?.address ?? '')
  const [phone, setPhone] = useState(office?.phone ?? '')
  const [facility, setFacility] = useState(office?.bpjsFacilityCode ?? '')
  const [active, setActive] = useState(office?.active ?? true)
  const [openingHours, setHours] = useState(office?.openingHours ?? WEEK)
  const regionCode = region ?? kabkota[0]?.value ?? ''
  const reload = () => client.invalidateQueries(officesQuery)
  const save = useMutation({
    mutationFn: () => {
      const given = {
        name,
        villageCode,
        address,
        openingHours,
        phone: orNull(phone),
        bpjsFacilityCode: orNull(facility),
      }
      return office
        ? updateOffice({ params: { id: office.id }, body: { version: office.version, active, ...given } })
        : createOffice({ body: { code, kind, regionCode, ...given } })
    },
    onSuccess: async () => {
      await reload()
      onClose()
    },
  })
  const { error } = save
  const text = (field: string, value: string, set: (to: string) => void) => ({
    value,
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) => set(currentTarget.value),
    error: fieldError(error, field),
    autoComplete: 'off',
  })
  return (
    <EditDialog
      title={office ? t('edit.of', { name: office.name }) : t('office.new')}
      submit={t(office ? 'save' : 'office.create')}
      saving={save}
      onReload={() => void reload()}
      onClose={onClose}
    >
      {!office && (
        <>
          <TextInput
            label={t('office.code')}
            description={t('office.code.hint')}
            {...text('code', code, (to) => setCode(to.toUpperCase()))}
            data-autofocus
            required
          />
          <Select
            label={t('office.kind')}
            data={OFFICE_KINDS.map((one) => ({ value: one, label: t(`office.kind.${one}`) }))}
            value={kind}
            onChange={(to) => setKind(OFFICE_KINDS.find((one) => one === to) ?? kind)}
            allowDeselect={false}
          />
          {kabkota.length > 1 && (
            <Select
              label={t('office.region')}
              data={kabkota}
              value={regionCode}
              onChange={setRegion}
              error={fieldError(error, 'regionCode')}
              allowDeselect={false}
              searchable
            />
          )}
        </>
      )}
      <TextInput label={t('office.name')} {...text('name', name, setName)} required />
      <VillagePicker
        within={regionCode}
        value={villageCode}
        onChange={setVillage}
        error={fieldError(error, 'villageCode')}
      />
      <TextInput label={t('office.address')} {...text('address', address, setAddress)} required />
      <TextInput label={t('office.phone')} {...text('phone', phone, setPhone)} inputMode="tel" />
      <TextInput
        label={t('office.facility')}
        description={t('office.facility.hint')}
        {...text('bpjsFacilityCode', facility, (to) => setFacility(to.toUpperCase()))}
      />
      <HoursField hours={openingHours} error={error} onChange={setHours} />
      {office && (
        <Switch
          label={t('office.active')}
          description={t('office.active.hint')}
          checked={active}
          onChange={({ currentTarget }) => setActive(currentTarget.checked)}
        />
      )}
    </EditDialog>
  )
}
