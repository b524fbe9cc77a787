import { Badge, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { DeliveryState, ProposalMessages } from '../../../contracts/api/whatsapp.ts'
import { useTimes } from '../../lib/time.ts'
import { useMessageText } from '../../ui/contract-texts.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { messagesQuery } from './queries.ts'
import { useProposalText } from './texts.ts'

const COLORS: Record<DeliveryState, string> = {
  queued: 'gray',
  sent: 'blue',
  delivered: 'green',
  read: 'green',
  failed: 'red',
  unknown: 'orange',
  suppressed: 'gray',
}

function Message({ message }: { message: ProposalMessages['items'][number] }) {
  const t = useProposalText()
  const words = useMessageText()
  const times = useTimes()
  const at = message.readAt ?? message.deliveredAt ?? message.sentAt ?? message.failedAt ?? message.createdAt
  return (
    <div>
      <Group gap="xs">
        <Badge variant="light" color={COLORS[message.state]} tt="none">
          {words(`state.${message.state}`)}
        </Badge>
        <Text size="sm" c="dimmed">
          {times.moment(at)}
        </Text>
        {message.outcome && <Text size="sm">{words(`outcome.${message.outcome}`)}</Text>}
        {message.heldFor && <Text size="sm">{words(`held.${message.heldFor}`)}</Text>}
      </Group>
      <Text size="sm" mt={4} style={{ whiteSpace: 'pre-wrap' }}>
        {message.body ?? t('case.messages.waiting')}
      </Text>
    </div>
  )
}

/** What the family was told by WhatsApp, and how far each message came. */
export function MessagesSection({ proposalId }: { proposalId: string }) {
  const t = useProposalText()
  const { data, error } = useQuery(messagesQuery(proposalId))
  return (
    <Section title={t('case.messages')}>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={60} />}
      {data?.items.length === 0 && <Text>{t('case.messages.none')}</Text>}
      <Stack>
        {data?.items.map((message) => (
          <Message key={message.id} message={message} />
        ))}
      </Stack>
    </Section>
  )
}
