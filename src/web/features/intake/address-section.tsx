import { SimpleGrid, Skeleton, Stack } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Section } from '../../ui/section.tsx'
import type { Draft } from './draft.ts'
import type { FieldErrors } from './errors.ts'
import { TextField } from './text-field.tsx'
import { useIntakeText } from './texts.ts'

// Its list that opens is most of what this page weighs, and is there long before anybody gets to it.
const VillagePicker = lazy(() => import('./village-picker.tsx').then((part) => ({ default: part.VillagePicker })))

type Props = { draft: Draft; errors: FieldErrors; onSet: (change: Partial<Draft>, path: string) => void }

export function AddressSection({ draft, errors, onSet }: Props) {
  const t = useIntakeText()
  return (
    <Section title={t('address.title')}>
      <Stack gap="sm">
        <Suspense fallback={<Skeleton h={110} />}>
          <VillagePicker
            village={draft.village}
            error={errors['address.villageCode']}
            onChange={(village, postalCode) =>
              onSet({ village, ...(postalCode !== null && { postalCode }) }, 'address.villageCode')
            }
          />
        </Suspense>
        <TextField
          label={t('label.street')}
          description={t('address.street.hint')}
          value={draft.street}
          onChange={(street) => onSet({ street }, 'address.street')}
          error={errors['address.street']}
        />
        <SimpleGrid cols={3} maw={{ sm: 420 }}>
          <TextField
            label={t('label.rt')}
            value={draft.rt}
            onChange={(rt) => onSet({ rt }, 'address.rt')}
            inputMode="numeric"
            maxLength={3}
            error={errors['address.rt']}
          />
          <TextField
            label={t('label.rw')}
            value={draft.rw}
            onChange={(rw) => onSet({ rw }, 'address.rw')}
            inputMode="numeric"
            maxLength={3}
            error={errors['address.rw']}
          />
          <TextField
            label={t('label.postalCode')}
            value={draft.postalCode}
            onChange={(postalCode) => onSet({ postalCode }, 'address.postalCode')}
            inputMode="numeric"
            maxLength={5}
            error={errors['address.postalCode']}
          />
        </SimpleGrid>
      </Stack>
    </Section>
  )
}
