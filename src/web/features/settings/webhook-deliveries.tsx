import { Button, Group, Select, Skeleton, Stack, Table, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DeliveryPage, DeliveryProgress, ReplayWish, WebhookItem } from '../../../contracts/api/webhooks.ts'
import { usePollInterval } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { listDeliveries, replayWebhook } from './calls.ts'
import { SETTINGS } from './queries.ts'
import { useSettingsText } from './texts.ts'

const PROGRESS: readonly DeliveryProgress[] = ['pending', 'delivered', 'dead']
const WEEK_MS = 7 * 86_400_000

function Row({ delivery, onReplay }: { delivery: DeliveryPage['items'][number]; onReplay: () => void }) {
  const t = useSettingsText()
  const times = useTimes()
  const { eventId, type, at, state, attempts, outcome, httpStatus } = delivery
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm">{times.moment(at)}</Text>
        <Text size="xs" c="dimmed">
          {type}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">
          {t(`hook.progress.${state}`)}
          {outcome &&
            outcome !== 'delivered' &&
            `: ${t(`hook.outcome.${outcome}`)}${httpStatus ? ` (${httpStatus})` : ''}`}
        </Text>
        <Text size="xs" c="dimmed">
          {t('hook.attempts', { count: attempts })}
        </Text>
      </Table.Td>
      <Table.Td>
        {state !== 'pending' && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={onReplay}
            aria-label={`${t('hook.replay-one')}: ${eventId.slice(-6)}`}
          >
            {t('hook.replay-one')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

/** What was sent to a receiver and what became of it, newest first. */
export function WebhookDeliveries({ webhook }: { webhook: WebhookItem }) {
  const t = useSettingsText()
  const client = useQueryClient()
  const [state, setState] = useState<DeliveryProgress | null>(null)
  const key = [SETTINGS, 'webhooks', webhook.id]
  const list = useInfiniteQuery({
    queryKey: [...key, state],
    queryFn: ({ pageParam, signal }) =>
      listDeliveries(
        {
          params: { id: webhook.id },
          query: { limit: 20, ...(state && { state }), ...(pageParam && { cursor: pageParam }) },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: usePollInterval(),
  })
  const replay = useMutation({
    mutationFn: (wish: ReplayWish) => replayWebhook({ params: { id: webhook.id }, body: wish }),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="xs">
        <Select
          label={t('hook.progress')}
          placeholder={t('all')}
          data={PROGRESS.map((one) => ({ value: one, label: t(`hook.progress.${one}`) }))}
          value={state}
          onChange={(to) => setState(PROGRESS.find((one) => one === to) ?? null)}
          clearable
        />
        <ConfirmButton
          label={t('hook.replay-dead')}
          question={t('hook.replay-dead.sure')}
          act={() =>
            replay.mutateAsync({
              from: new Date(Date.now() - WEEK_MS).toISOString(),
              to: new Date().toISOString(),
              onlyDead: true,
            })
          }
        />
      </Group>
      <ProblemNotice error={list.error ?? replay.error} />
      {replay.data && (
        <Text size="sm" role="status">
          {t('hook.replayed', { count: replay.data.events })}
        </Text>
      )}
      {list.isPending && <Skeleton h={80} />}
      {list.isSuccess && items.length === 0 && <Text size="sm">{t('none')}</Text>}
      {items.length > 0 && (
        <Table verticalSpacing={4} aria-label={t('hook.deliveries')}>
          <Table.Tbody>
            {items.map((one) => (
              <Row key={one.eventId} delivery={one} onReplay={() => replay.mutate({ eventId: one.eventId })} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {list.hasNextPage && (
        <Button
          variant="default"
          size="compact-md"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </Stack>
  )
}
