import { Alert, Button, Group, List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { findNikFault, onlyDigits } from '../../../contracts/primitives/nik-digits.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import type { Household } from './calls.ts'
import { householdQuery } from './queries.ts'
import { TextField } from './text-field.tsx'
import { useIntakeText } from './texts.ts'
import { useSteady } from './use-steady.ts'

type Listed = Household['otherMembers'][number]

function KnownHousehold({ household, onAdd }: { household: Household; onAdd: (member: Listed) => void }) {
  const t = useIntakeText()
  const terms = useTerms()
  const { members, otherMembers } = household
  if (!household.known) return <Text size="sm">{t('card.new')}</Text>
  return (
    <Alert color="blue" title={t('card.known')}>
      {members.length + otherMembers.length === 0 && <Text size="sm">{t('card.known-elsewhere')}</Text>}
      <List size="sm" spacing={4}>
        {members.map((member) => (
          <List.Item key={member.proposalId}>
            <Group gap="xs">
              <Text size="sm">
                {member.fullName} · {member.nikMasked ?? t('card.no-nik')} · {member.receiptNumber}
              </Text>
              <StateBadge state={member.state} />
            </Group>
          </List.Item>
        ))}
        {otherMembers.map((member) => (
          <List.Item key={`${member.fullName} ${member.nikMasked}`}>
            <Group gap="xs">
              <Text size="sm">
                {member.fullName} · {terms(`relationship.${member.relationship}`)} · {t('card.listed')}
              </Text>
              <Button size="compact-sm" variant="default" data-aside onClick={() => onAdd(member)}>
                {t('card.add', { name: member.fullName })}
              </Button>
            </Group>
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}

type Props = {
  number: string
  error: string | undefined
  onChange: (number: string) => void
  onAdd: (member: Listed) => void
}

/** The KK first: a household that was here before comes back. */
export function FamilyCardSection({ number, error, onChange, onAdd }: Props) {
  const t = useIntakeText()
  const [isLeft, setLeft] = useState(number !== '')
  const fault = number !== '' && (number.length >= 16 || isLeft) ? findNikFault(number) : null
  const household = useQuery(householdQuery(number))
  const steady = useSteady<HTMLDivElement>()
  const message = fault
    ? t(`issue.${fault.replace('nik_', 'family_card_') as 'family_card_not_16_digits'}`, {
        field: t('label.familyCardNumber'),
      })
    : error
  return (
    <Section title={t('card.title')}>
      <Stack gap="sm" ref={steady}>
        <TextField
          label={t('label.familyCardNumber')}
          description={t('card.hint')}
          value={number}
          onChange={(value) => onChange(onlyDigits(value))}
          onFocus={() => setLeft(false)}
          onBlur={() => setLeft(true)}
          inputMode="numeric"
          maw={{ sm: 360 }}
          data-autofocus
          autoFocus
          error={message}
        />
        <div role="status">
          {household.data && <KnownHousehold household={household.data} onAdd={onAdd} />}
          {household.isFetching && !household.data && (
            <Text size="sm" c="dimmed">
              {t('card.asking')}
            </Text>
          )}
        </div>
        {household.isError && <ProblemNotice error={household.error} />}
      </Stack>
    </Section>
  )
}
