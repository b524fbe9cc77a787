import { Button, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { OperatorMessages, SettleMessage } from '../../../contracts/api/whatsapp.ts'
import { useMay } from '../../app/session.ts'
import { MESSAGES, usePollInterval } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { useMessageText } from '../../ui/contract-texts.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { listOperatorMessages, settleMessage } from './calls.ts'
import { useWhatsappText } from './texts.ts'

const STATES = ['unknown', 'failed', 'queued'] as const
const PAGE_SIZE = 50

type Message = OperatorMessages['items'][number]

function OpenMessage({ message, onSettled }: { message: Message; onSettled: (text: string) => void }) {
  const t = useWhatsappText()
  const words = useMessageText()
  const times = useTimes()
  const may = useMay()
  const client = useQueryClient()
  const [isSure, setSure] = useState(false)
  const { reference, state } = message
  const settle = useMutation({
    mutationFn: (as: SettleMessage['as']) => settleMessage({ params: { id: message.id }, body: { as } }),
    onSuccess: (_, as) => onSettled(t(as === 'sent' ? 'open.done.sent' : 'open.done.again', { reference })),
    onSettled: () => client.invalidateQueries({ queryKey: [MESSAGES] }),
  })
  return (
    <Stack gap={4} component="li">
      <Group gap="xs">
        <Text fw={600}>{t('open.reference', { reference })}</Text>
        <Text size="sm">{t(`open.kind.${message.kind}`)}</Text>
        <Text size="sm">{t('open.to', { to: message.toMasked, at: times.moment(message.since) })}</Text>
      </Group>
      {message.outcome && <Text size="sm">{words(`outcome.${message.outcome}`)}</Text>}
      {message.heldFor && (
        <Text size="sm">
          {words(`held.${message.heldFor}`)}
          {message.heldUntil && ` (${t('open.until', { at: times.moment(message.heldUntil) })})`}
        </Text>
      )}
      <ProblemNotice error={settle.error} />
      {message.needsPerson && may(settleMessage) ? (
        <Group gap="xs">
          {state === 'unknown' && (
            <Button
              size="compact-md"
              variant="default"
              loading={settle.isPending}
              onClick={() => settle.mutate('sent')}
            >
              {t('open.sent')}
            </Button>
          )}
          <Button size="compact-md" variant="default" disabled={settle.isPending} onClick={() => setSure(true)}>
            {t('open.again')}
          </Button>
        </Group>
      ) : (
        state === 'unknown' && <Text size="sm">{t('open.not-yet')}</Text>
      )}
      <Dialog opened={isSure} onClose={() => setSure(false)} title={t('open.again')}>
        <Stack>
          <Text>{t(state === 'unknown' ? 'open.again.sure.unknown' : 'open.again.sure', { reference })}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setSure(false)}>
              {t('link.cancel')}
            </Button>
            <Button
              loading={settle.isPending}
              onClick={() => {
                setSure(false)
                settle.mutate('send_again')
              }}
            >
              {t('open.again')}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </Stack>
  )
}

/** Messages whose end a person must settle: whether they arrived, or are sent once more. */
export function OpenMessagesSection() {
  const t = useWhatsappText()
  const [state, setState] = useState<(typeof STATES)[number]>('unknown')
  const [done, setDone] = useState('')
  const list = useInfiniteQuery({
    queryKey: [MESSAGES, 'operator', state],
    queryFn: ({ pageParam, signal }) =>
      listOperatorMessages({ query: { state, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: usePollInterval(),
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title={t('open.title')}>
      <SegmentedControl
        value={state}
        onChange={(to) => {
          setDone('')
          setState(STATES.find((one) => one === to) ?? 'unknown')
        }}
        data={STATES.map((one) => ({ value: one, label: t(`open.state.${one}`) }))}
        aria-label={t('open.title')}
      />
      {state === 'unknown' && <Text size="sm">{t('open.hint')}</Text>}
      <Text size="sm" role="status">
        {done}
      </Text>
      <ProblemNotice error={list.error} />
      {list.isPending && !list.error && <Skeleton h={80} />}
      {list.isSuccess && items.length === 0 && <Text>{t('open.none')}</Text>}
      <Stack component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {items.map((message) => (
          <OpenMessage key={message.id} message={message} onSettled={setDone} />
        ))}
      </Stack>
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('open.more')}
        </Button>
      )}
    </Section>
  )
}
