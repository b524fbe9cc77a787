import { Anchor, Button, Group, List, Skeleton, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { IntakeView } from '../../../contracts/api/intakes.ts'
import { useMay } from '../../app/session.ts'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { reveal } from './calls.ts'
import { intakeQuery } from './queries.ts'
import { useProposalText } from './texts.ts'

function addressOf(t: ReturnType<typeof useProposalText>, { address }: IntakeView): string {
  const { street, rt, rw, villageName, villageCode } = address
  return t('case.household.rt', { street, rt, rw, village: villageName ?? villageCode })
}

/** The family that the person belongs to, with the state of each member. */
export function HouseholdSection({ proposalId, intakeId }: { proposalId: string; intakeId: string }) {
  const t = useProposalText()
  const terms = useTerms()
  const may = useMay()
  const { data, error } = useQuery(intakeQuery(intakeId))
  const shown = useMutation({ mutationFn: () => reveal({ params: { id: proposalId } }) })
  if (!data) return error ? <ProblemNotice error={error} /> : <Skeleton h={180} />
  return (
    <Section
      title={t('case.household')}
      aside={
        may(reveal) &&
        !shown.data && (
          <Button variant="subtle" size="compact-sm" title={t('case.reveal.hint')} onClick={() => shown.mutate()}>
            {t('case.reveal')}
          </Button>
        )
      }
    >
      <ProblemNotice error={shown.error} />
      <Facts
        rows={[
          ...(shown.data ? ([['NIK', shown.data.nik]] as const) : []),
          [t('case.household.kk'), shown.data?.familyCardNumber ?? data.familyCardMasked],
          [t('case.household.phone'), shown.data?.whatsappNumber ?? data.whatsappMasked],
          [t('case.household.address'), addressOf(t, data)],
          [t('case.household.channel'), terms(`channel.${data.channel}`)],
          [
            t('case.household.consent'),
            t(data.consent.whatsapp ? 'case.household.consent.both' : 'case.household.consent.processing'),
          ],
        ]}
      />
      <Text fw={600} size="sm">
        {t('case.household.members')}
      </Text>
      <List listStyleType="none" spacing={4}>
        {data.proposals.map((member) => (
          <List.Item key={member.id}>
            <Group gap="xs">
              {member.id === proposalId ? (
                <Text fw={600}>{member.fullName}</Text>
              ) : (
                <Anchor component={Link} to={`/usulan/${member.id}`}>
                  {member.fullName}
                </Anchor>
              )}
              <Text size="sm" c="dimmed">
                {terms(`relationship.${member.relationship}`)}
              </Text>
              <StateBadge state={member.state} />
            </Group>
          </List.Item>
        ))}
      </List>
      {data.otherMembers.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('case.household.other')}: {data.otherMembers.map(({ fullName }) => fullName).join(', ')}
        </Text>
      )}
    </Section>
  )
}
