import { Badge, Box, Button, Divider, Group, Paper, Stack, Text } from '@mantine/core'
import { Fragment, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { DeliveryState } from '../../../contracts/api/whatsapp.ts'
import type { ConversationMessage } from '../../../contracts/api/whatsapp-inbox.ts'
import { useTimes } from '../../lib/time.ts'
import { useMessageText } from '../../ui/contract-texts.ts'
import { Announcement } from './announcement.tsx'
import { useInboxText } from './texts.ts'

const COLORS: Record<DeliveryState, string> = {
  queued: 'gray',
  sent: 'blue',
  delivered: 'green',
  read: 'green',
  failed: 'red',
  unknown: 'orange',
  suppressed: 'gray',
}

/** So near to the end the reader follows what comes. */
const NEAR_END_PX = 80

export const isFromResident = ({ direction, kind }: ConversationMessage): boolean =>
  direction === 'in' && kind !== 'own'

function useSender(): (message: ConversationMessage) => string {
  const t = useInboxText()
  return (message) => {
    if (isFromResident(message)) return t('from.resident')
    if (message.kind === 'answer') return message.sentBy?.name || t('from.officer')
    if (message.kind === 'own') return t('from.phone')
    return t(message.kind === 'notice' ? 'from.notice' : 'from.bot')
  }
}

function Bubble({ message }: { message: ConversationMessage }) {
  const t = useInboxText()
  const words = useMessageText()
  const times = useTimes()
  const senderOf = useSender()
  const isTheirs = isFromResident(message)
  return (
    <Paper
      withBorder
      p="xs"
      maw="85%"
      ml={isTheirs ? 0 : 'auto'}
      bg={isTheirs ? 'var(--mantine-color-body)' : 'var(--mantine-color-green-light)'}
    >
      <Text size="xs" fw={600}>
        {senderOf(message)}
      </Text>
      {message.kind === 'attachment' && (
        <Text size="sm" fs="italic">
          {t('message.attachment')}
        </Text>
      )}
      <Text size="sm" lang="id" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {message.body}
      </Text>
      <Group gap={6} justify="flex-end">
        {message.outcome && <Text size="xs">{words(`outcome.${message.outcome}`)}</Text>}
        {message.backfilled && <Text size="xs">{t('message.backfilled')}</Text>}
        <Text size="xs">{times.clock(message.at)}</Text>
        {message.state && (
          <Badge size="sm" variant="light" color={COLORS[message.state]} tt="none">
            {words(`state.${message.state}`)}
          </Badge>
        )}
      </Group>
    </Paper>
  )
}

/** Says what the resident writes while the conversation is open; what was there before is not read out. */
function ArrivalAnnouncement({ latest }: { latest: ConversationMessage | undefined }) {
  const t = useInboxText()
  const before = useRef(latest?.id)
  const [text, setText] = useState('')
  useEffect(() => {
    if (!latest || latest.id === before.current) return
    before.current = latest.id
    setText(t('announce.message', { text: latest.body || t('message.attachment') }))
  }, [latest, t])
  return <Announcement text={text} />
}

const scrollToEnd = (box: HTMLElement | null): void => box?.scrollTo({ top: box.scrollHeight })

type TalkProps = {
  /** Latest first. */
  messages: readonly ConversationMessage[]
  older: { isThere: boolean; isComing: boolean; ask: () => void }
}

/** Both sides, the latest at the end. */
export function Talk({ messages, older }: TalkProps) {
  const t = useInboxText()
  const times = useTimes()
  const box = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const newest = messages[0]?.id
  useLayoutEffect(() => {
    if (newest !== undefined && isAtEnd.current) scrollToEnd(box.current)
  }, [newest])
  // The answer below takes and gives room.
  useEffect(() => {
    const { current } = box
    if (!current) return
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) scrollToEnd(current)
    })
    observer.observe(current)
    return () => observer.disconnect()
  }, [])
  const inOrder = messages.toReversed()
  return (
    <>
      <Box
        ref={box}
        flex={1}
        mih={200}
        p="sm"
        bg="var(--mantine-color-default-hover)"
        style={{ overflowY: 'auto', borderRadius: 'var(--mantine-radius-lg)' }}
        // Scrolls by the arrow keys.
        tabIndex={0}
        role="log"
        // What comes in is said in one sentence instead; older messages would be read out as if they were new.
        aria-live="off"
        aria-label={t('talk')}
        onScroll={({ currentTarget }) => {
          const { scrollHeight, scrollTop, clientHeight } = currentTarget
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX
        }}
      >
        <Stack gap="xs">
          {older.isThere && (
            <Button variant="default" size="compact-md" loading={older.isComing} onClick={older.ask} mx="auto">
              {t('talk.older')}
            </Button>
          )}
          {inOrder.length === 0 && <Text size="sm">{t('talk.none')}</Text>}
          {inOrder.map((message, index) => {
            const day = times.day(message.at)
            const former = inOrder[index - 1]
            return (
              <Fragment key={message.id}>
                {(!former || times.day(former.at) !== day) && <Divider label={day} />}
                <Bubble message={message} />
              </Fragment>
            )
          })}
        </Stack>
      </Box>
      <ArrivalAnnouncement latest={messages.find(isFromResident)} />
    </>
  )
}
