import { Button, Group, Select, SimpleGrid, Skeleton, Table, Text, TextInput } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ROLES } from '../../../../contracts/access.ts'
import type { AuditItem } from '../../../../contracts/api/audit.ts'
import { AUDIT_ACTIONS, type AuditAction } from '../../../../contracts/audit-actions.ts'
import { useMay } from '../../../app/session.ts'
import { useAppText } from '../../../app/texts.ts'
import { onSubmit } from '../../../lib/on-submit.ts'
import { useTimes } from '../../../lib/time.ts'
import { ProblemNotice } from '../../../ui/problem-notice.tsx'
import { AccountChoice } from '../account-choice.tsx'
import { listAccounts, listAudit, verifyAudit } from '../calls.ts'
import { SETTINGS } from '../queries.ts'
import { SettingsPage } from '../settings-page.tsx'
import { useAuditText, useSettingsText } from '../texts.ts'
import { type AuditSearch, readAuditSearch } from './audit-search.ts'
import { ChainCheck } from './chain-check.tsx'

/** Midnight at the beginning of a day where the reader sits, and of the day after it for an end. */
function instantOf(day: string, daysLater: number): string {
  const at = new Date(`${day}T00:00:00`)
  at.setDate(at.getDate() + daysLater)
  return at.toISOString()
}

const actionOf = ({ action }: AuditSearch) => AUDIT_ACTIONS.find((one) => one === action)

function toQuery({ action: _, from, until, ...rest }: AuditSearch, action: AuditAction | undefined) {
  return {
    ...rest,
    ...(action && { action }),
    ...(from && { from: instantOf(from, 0) }),
    ...(until && { to: instantOf(until, 1) }),
  }
}

/** Exactly what the log keeps, on one line each: nothing is looked up beside it. */
function Details({ details }: { details: AuditItem['details'] }) {
  const entries = Object.entries(details ?? {})
  if (entries.length === 0) return null
  return (
    <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {entries
        .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join(' · ')}
    </Text>
  )
}

function Entry({ entry, onActor }: { entry: AuditItem; onActor: (actor: string) => void }) {
  const t = useAuditText()
  const app = useAppText()
  const times = useTimes()
  const role = ROLES.find((one) => one === entry.actorRole)
  const roleName = role ? app(`role.${role}`) : t(entry.actorRole === 'anonymous' ? 'actor.stranger' : 'actor.system')
  const action = AUDIT_ACTIONS.find((one) => one === entry.action)
  const { actorId } = entry
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm">{times.moment(entry.at)}</Text>
        <Text size="sm" fw={600} hiddenFrom="sm">
          {entry.actorName ?? roleName}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm" fw={600}>
          {entry.actorName ?? roleName}
        </Text>
        <Text size="xs" c="dimmed">
          {roleName}
        </Text>
        {actorId !== null && (
          <Button
            size="compact-xs"
            variant="subtle"
            px={0}
            mih={24}
            onClick={() => onActor(actorId)}
            aria-label={`${t('only')}: ${entry.actorName ?? roleName}`}
          >
            {t('only')}
          </Button>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{action ? t(`action.${action}`) : entry.action}</Text>
        {entry.subjectType !== null && (
          <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
            {entry.subjectType} {entry.subjectId}
          </Text>
        )}
        <Details details={entry.details} />
      </Table.Td>
    </Table.Tr>
  )
}

function Filters({ filter, onChange }: { filter: AuditSearch; onChange: (to: AuditSearch) => void }) {
  const t = useAuditText()
  const settings = useSettingsText()
  const may = useMay()
  const [draft, setDraft] = useState(filter)
  const put = (change: Partial<Record<keyof AuditSearch, string>>): void => setDraft({ ...draft, ...change })
  return (
    <form role="search" onSubmit={onSubmit(() => onChange(draft))}>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        {may(listAccounts) && (
          <AccountChoice
            label={t('filter.actor')}
            value={draft.actor ?? null}
            onChange={(actor) => put({ actor: actor ?? '' })}
          />
        )}
        <Select
          label={t('filter.action')}
          placeholder={settings('all')}
          data={AUDIT_ACTIONS.map((one) => ({ value: one, label: t(`action.${one}`) }))}
          value={actionOf(draft) ?? null}
          onChange={(action) => put({ action: action ?? '' })}
          searchable
          clearable
        />
        <TextInput
          label={t('filter.subject-type')}
          value={draft.subjectType ?? ''}
          onChange={({ currentTarget }) => put({ subjectType: currentTarget.value.trim() })}
          autoComplete="off"
        />
        <TextInput
          label={t('filter.subject-id')}
          value={draft.subjectId ?? ''}
          onChange={({ currentTarget }) => put({ subjectId: currentTarget.value.trim() })}
          autoComplete="off"
        />
        <TextInput
          type="date"
          label={t('filter.from')}
          value={draft.from ?? ''}
          onChange={({ currentTarget }) => put({ from: currentTarget.value })}
        />
        <TextInput
          type="date"
          label={t('filter.until')}
          value={draft.until ?? ''}
          onChange={({ currentTarget }) => put({ until: currentTarget.value })}
        />
      </SimpleGrid>
      <Group mt="xs" gap="xs">
        <Button type="submit">{t('filter.apply')}</Button>
        <Button variant="default" onClick={() => onChange({})}>
          {t('filter.clear')}
        </Button>
      </Group>
    </form>
  )
}

/** Who did, read, searched or was refused what; the address holds which of it. */
export function AuditPage() {
  const t = useAuditText()
  const settings = useSettingsText()
  const may = useMay()
  // The router hands on what it could not read as well.
  const filter = readAuditSearch(useSearch({ from: '/signed-in/settings/pengaturan/audit' }))
  const navigate = useNavigate({ from: '/pengaturan/audit' })
  const [round, setRound] = useState(0)
  const list = useInfiniteQuery({
    // Every look is an entry itself: the page asks when somebody asks, and never by itself.
    queryKey: [SETTINGS, 'audit', filter, round],
    queryFn: ({ pageParam, signal }) =>
      listAudit(
        { query: { ...toQuery(filter, actionOf(filter)), limit: 50, ...(pageParam && { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    staleTime: Infinity,
    gcTime: 0,
  })
  const change = (to: AuditSearch): void => {
    setRound(round + 1)
    void navigate({ search: readAuditSearch(to) })
  }
  const entries = list.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <SettingsPage title={settings('part.audit')} lead={t(may(verifyAudit) ? 'lead' : 'lead.own')}>
      {may(verifyAudit) && <ChainCheck />}
      <Filters key={`${round} ${JSON.stringify(filter)}`} filter={filter} onChange={change} />
      <ProblemNotice error={list.error} />
      {list.isPending && <Skeleton h={320} />}
      {list.isSuccess && entries.length === 0 && <Text>{settings('none')}</Text>}
      {entries.length > 0 && (
        <Table verticalSpacing="xs" aria-label={settings('part.audit')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th miw={{ sm: 130 }}>{t('when')}</Table.Th>
              <Table.Th visibleFrom="sm" miw={150}>
                {t('who')}
              </Table.Th>
              <Table.Th>{t('what')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} onActor={(actor) => change({ ...filter, actor })} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {settings('more')}
        </Button>
      )}
    </SettingsPage>
  )
}
