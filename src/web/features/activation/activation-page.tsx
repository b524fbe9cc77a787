import { Alert, Anchor, Button, Group, List, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useMay } from '../../app/session.ts'
import { usePollInterval } from '../../lib/live.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { RegencySelect, useOwnRegency } from '../batches/regency-select.tsx'
import { addNote } from '../proposals/calls.ts'
import { LateTable } from './late-table.tsx'
import { notYetActiveQuery } from './queries.ts'
import { useActivationText } from './texts.ts'

/** What there is to do for a person: the product asks by itself, and a branch finds out why. */
function WhatToDo() {
  const t = useActivationText()
  const may = useMay()
  return (
    <Alert role="note" color="blue" variant="light" title={t('do')}>
      <List type="ordered" size="sm" spacing={4}>
        <List.Item>{t('do.branch')}</List.Item>
        <List.Item>{t('do.wait')}</List.Item>
        {may(addNote) && <List.Item>{t('do.note')}</List.Item>}
      </List>
    </Alert>
  )
}

/** Whom BPJS has accepted and who is not active although the day has passed. */
export function ActivationPage() {
  const t = useActivationText()
  const { batch } = useSearch({ from: '/signed-in/belum-aktif' })
  const own = useOwnRegency()
  const [chosen, setChosen] = useState<string>()
  const [active, setActive] = useState<string>()
  const line = useRef<HTMLParagraphElement>(null)
  const list = useInfiniteQuery({
    ...notYetActiveQuery({
      ...(batch !== undefined && { batchId: batch }),
      ...(chosen !== undefined && { regionCode: chosen }),
    }),
    refetchInterval: usePollInterval(),
  })
  /** The row goes, and the button with it that was pressed. */
  const tell = (name: string): void => {
    setActive(name)
    line.current?.focus()
  }
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Stack maw={1100} mx="auto">
      <Title order={1} size="h2">
        {t('title')}
      </Title>
      <Text>{t('lead')}</Text>
      <WhatToDo />
      {own === undefined && <RegencySelect onChange={setChosen} isOptional />}
      {batch !== undefined && (
        <Group gap="xs">
          <Text size="sm">{items[0] ? t('only.batch', { number: items[0].batchNumber }) : t('only.batch.none')}</Text>
          <Anchor component={Link} to="/belum-aktif" size="sm" underline="always">
            {t('only.batch.end')}
          </Anchor>
        </Group>
      )}
      <Text role="status" fw={600} ref={line} tabIndex={-1}>
        {active !== undefined && t('ask.active', { name: active })}
      </Text>
      <ProblemNotice error={list.error} />
      {list.isPending && <Skeleton h={240} />}
      {list.isSuccess && items.length === 0 && <Text>{t('none')}</Text>}
      {items.length > 0 && <LateTable items={items} onActive={tell} />}
      {list.hasNextPage && (
        <Button
          variant="default"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('more')}
        </Button>
      )}
    </Stack>
  )
}
