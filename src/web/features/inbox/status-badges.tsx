import { Badge, Group } from '@mantine/core'
import type { ConversationItem, ConversationStatus } from '../../../contracts/api/whatsapp-inbox.ts'
import { useInboxText } from './texts.ts'

const COLORS: Record<ConversationStatus, string> = { bot: 'gray', waiting: 'orange', claimed: 'blue', closed: 'gray' }

/** Where a conversation stands, and what one must know about the resident before answering. */
export function StatusBadges({ conversation }: { conversation: ConversationItem }) {
  const t = useInboxText()
  const { status, optedOut, wrongNumber, stranger } = conversation
  const marks = [optedOut && 'mark.opted-out', wrongNumber && 'mark.wrong-number', stranger && 'mark.stranger'] as const
  return (
    <Group gap={4}>
      <Badge variant="light" color={COLORS[status]} tt="none">
        {t(`status.${status}`)}
      </Badge>
      {marks.map(
        (mark) =>
          mark && (
            <Badge key={mark} variant="outline" color={mark === 'mark.stranger' ? 'gray' : 'red'} tt="none">
              {t(mark)}
            </Badge>
          ),
      )}
    </Group>
  )
}
