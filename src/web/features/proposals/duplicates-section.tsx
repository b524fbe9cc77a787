import { Anchor, Badge, Group, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { useTimes } from '../../lib/time.ts'
import { useFieldLabel } from '../../ui/field-label.ts'
import { Section } from '../../ui/section.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { useProposalText } from './texts.ts'

/** Proposals that may be the same person, each with what the likeness is made of. */
export function DuplicatesSection({ proposal }: { proposal: ProposalView }) {
  const t = useProposalText()
  const times = useTimes()
  const label = useFieldLabel()
  if (proposal.duplicates.length === 0) return null
  return (
    <Section title={t('case.duplicates')}>
      <Stack>
        {proposal.duplicates.map((other) => (
          <div key={other.proposalId}>
            <Group gap="xs">
              <Text>{other.receiptNumber}</Text>
              <StateBadge state={other.state} />
              <Text fw={600}>{t('case.duplicates.score', { score: times.number(other.score) })}</Text>
              {other.judgement !== 'open' && <Badge variant="light">{t(`case.duplicates.${other.judgement}`)}</Badge>}
            </Group>
            <Group gap="xs" mt={4}>
              {other.parts.map(({ field, score }) => (
                <Text key={field} size="sm" c="dimmed">
                  {t('case.duplicates.part', { field: label(field), score: times.number(score) })}
                </Text>
              ))}
              <Anchor component={Link} to={`/usulan/${other.proposalId}`} size="sm">
                {t('case.duplicates.open')}
              </Anchor>
            </Group>
          </div>
        ))}
      </Stack>
    </Section>
  )
}
