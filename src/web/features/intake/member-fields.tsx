import { ActionIcon, Group, Paper, SimpleGrid, Stack, Title } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { memo, useId, useState } from 'react'
import { MARITAL_STATUSES, RELATIONSHIPS, SEXES } from '../../../contracts/household-terms.ts'
import { findNikFault } from '../../../contracts/primitives/nik-digits.ts'
import { DateField } from '../../ui/date-field.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { ChoiceField } from './choice-field.tsx'
import type { MemberDraft } from './draft.ts'
import type { FieldErrors } from './errors.ts'
import { PersonHints } from './person-hints.tsx'
import { TextField } from './text-field.tsx'
import { useIntakeText } from './texts.ts'
import { TickField } from './tick-field.tsx'
import { useSteady } from './use-steady.ts'

const NIK_LENGTH = 16

type Props = {
  member: MemberDraft
  position: number
  /** Of this member alone, by field. */
  errors: FieldErrors
  canRemove: boolean
  onChange: (key: string, change: Partial<MemberDraft>) => void
  onRemove: (key: string) => void
}

/** One row of the KK. Remembered: of twenty only the one that is typed in is drawn again. */
export const MemberFields = memo(function MemberFields({
  member,
  position,
  errors,
  canRemove,
  onChange,
  onRemove,
}: Props) {
  const t = useIntakeText()
  const terms = useTerms()
  const title = useId()
  const { key, nik } = member
  const steady = useSteady<HTMLDivElement>()
  const [isNikLeft, setNikLeft] = useState(nik !== '')
  const [nameLeft, setNameLeft] = useState(member.fullName)
  const set = (change: Partial<MemberDraft>): void => onChange(key, change)
  // Half a number is no fault while somebody types it.
  const fault = nik !== '' && (nik.length >= NIK_LENGTH || isNikLeft) ? findNikFault(nik) : null
  return (
    <Paper withBorder p="sm" role="group" aria-labelledby={title} data-member={position}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={3} size="h5" id={title}>
            {t('member.title', { position: position + 1 })}
          </Title>
          {canRemove && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t('member.remove', { position: position + 1 })}
              data-aside
              onClick={() => onRemove(key)}
            >
              <IconTrash size={18} />
            </ActionIcon>
          )}
        </Group>
        <Stack gap="xs" ref={steady}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <TextField
              label={t('label.nik')}
              description={t('member.nik.hint')}
              value={nik}
              onChange={(value) => set({ nik: value })}
              onFocus={() => setNikLeft(false)}
              onBlur={() => setNikLeft(true)}
              inputMode="numeric"
              error={fault ? t(`issue.${fault}`, { field: t('label.nik') }) : errors['nik']}
            />
            <TextField
              label={t('label.fullName')}
              description={t('member.name.hint')}
              value={member.fullName}
              onChange={(fullName) => set({ fullName })}
              onBlur={() => setNameLeft(member.fullName.trim())}
              autoCapitalize="characters"
              spellCheck={false}
              error={errors['fullName']}
            />
          </SimpleGrid>
          <PersonHints member={member} fullName={nameLeft} onList={() => set({ propose: false })} />
        </Stack>
        <SimpleGrid cols={{ base: 2, md: 5 }} spacing="sm">
          <ChoiceField
            label={t('label.relationship')}
            value={member.relationship}
            options={RELATIONSHIPS}
            word={(value) => terms(`relationship.${value}`)}
            onChange={(relationship) => set({ relationship })}
            error={errors['relationship']}
          />
          <TextField
            label={t('label.birthPlace')}
            value={member.birthPlace}
            onChange={(birthPlace) => set({ birthPlace })}
            autoCapitalize="characters"
            spellCheck={false}
            list="intake-places"
            error={errors['birthPlace']}
          />
          <DateField
            label={t('label.birthDate')}
            value={member.birthDate}
            onChange={(birthDate) => set({ birthDate })}
            error={errors['birthDate']}
          />
          <ChoiceField
            label={t('label.sex')}
            value={member.sex}
            options={SEXES}
            word={(value) => terms(`sex.${value}`)}
            onChange={(sex) => set({ sex })}
            error={errors['sex']}
          />
          <ChoiceField
            label={t('label.maritalStatus')}
            value={member.maritalStatus}
            options={MARITAL_STATUSES}
            word={(value) => terms(`marital.${value}`)}
            onChange={(maritalStatus) => set({ maritalStatus })}
            error={errors['maritalStatus']}
          />
        </SimpleGrid>
        <Group gap="lg">
          <TickField
            label={t('member.propose')}
            checked={member.propose}
            onChange={(propose) => set({ propose })}
            error={errors['propose']}
          />
          {member.propose && (
            <TickField
              label={t('member.urgent')}
              checked={member.urgentCare}
              onChange={(urgentCare) => set({ urgentCare })}
            />
          )}
        </Group>
      </Stack>
    </Paper>
  )
})
