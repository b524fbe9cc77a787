import { Badge, Button, Group, Select, Skeleton, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ROLES, type Role } from '../../../contracts/access.ts'
import type { AccountItem } from '../../../contracts/api/accounts.ts'
import { useAppText } from '../../app/texts.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { listAccounts } from './calls.ts'
import { officesQuery, SETTINGS } from './queries.ts'
import { SecretOnce } from './secret-once.tsx'
import { SettingsPage } from './settings-page.tsx'
import { useSettingsText } from './texts.ts'
import { type Handed, UserForm } from './user-form.tsx'

type Filter = { q: string; role: Role | null; active: 'true' | 'false' | null }

function Row({ account, officeName, onEdit }: { account: AccountItem; officeName: string; onEdit: () => void }) {
  const t = useSettingsText()
  const app = useAppText()
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={600}>{account.displayName}</Text>
        <Text size="sm" c="dimmed">
          {account.username}
        </Text>
        <Group gap={4} mt={4}>
          {!account.active && (
            <Badge color="red" variant="light" tt="none">
              {t('user.inactive')}
            </Badge>
          )}
          {account.mustChangePassword && (
            <Badge color="orange" variant="light" tt="none">
              {t('user.first-password')}
            </Badge>
          )}
          {account.twoFactorEnabled && (
            <Badge color="green" variant="light" tt="none">
              {t('user.two-factor')}
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td>{app(`role.${account.role}`)}</Table.Td>
      <Table.Td visibleFrom="sm">{officeName}</Table.Td>
      <Table.Td>
        <Button
          size="compact-md"
          variant="default"
          onClick={onEdit}
          aria-label={t('edit.of', { name: account.displayName })}
        >
          {t('edit')}
        </Button>
      </Table.Td>
    </Table.Tr>
  )
}

function Filters({ filter, onChange }: { filter: Filter; onChange: (to: Filter) => void }) {
  const t = useSettingsText()
  const app = useAppText()
  const [q, setQ] = useState(filter.q)
  return (
    <form role="search" onSubmit={onSubmit(() => onChange({ ...filter, q: q.trim() }))}>
      <Group align="flex-end" gap="xs">
        <TextInput
          flex={1}
          miw={180}
          label={t('user.search')}
          value={q}
          onChange={({ currentTarget }) => setQ(currentTarget.value)}
          autoComplete="off"
        />
        <Button type="submit" variant="default">
          {t('search')}
        </Button>
        <Select
          label={t('user.role')}
          placeholder={t('all')}
          data={ROLES.map((role) => ({ value: role, label: app(`role.${role}`) }))}
          value={filter.role}
          onChange={(role) => onChange({ ...filter, role: ROLES.find((one) => one === role) ?? null })}
          clearable
        />
        <Select
          label={t('user.state')}
          placeholder={t('all')}
          data={[
            { value: 'true', label: t('user.active') },
            { value: 'false', label: t('user.inactive') },
          ]}
          value={filter.active}
          onChange={(active) => onChange({ ...filter, active: active as Filter['active'] })}
          clearable
        />
      </Group>
    </form>
  )
}

/** Who may sign in, as what and where. */
export function UsersPage() {
  const t = useSettingsText()
  const [filter, setFilter] = useState<Filter>({ q: '', role: null, active: 'true' })
  /** An id, or "new". */
  const [edited, setEdited] = useState<string | null>(null)
  const [handed, setHanded] = useState<Handed | null>(null)
  const { q, role, active } = filter
  const list = useInfiniteQuery({
    queryKey: [SETTINGS, 'accounts', filter],
    queryFn: ({ pageParam, signal }) =>
      listAccounts(
        {
          query: {
            limit: 50,
            ...(q !== '' && { q }),
            ...(role && { role }),
            ...(active && { active }),
            ...(pageParam && { cursor: pageParam }),
          },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  const { data: offices } = useQuery(officesQuery)
  const nameOf = (id: string | undefined): string => offices?.items.find((office) => office.id === id)?.name ?? '–'
  const accounts = list.data?.pages.flatMap(({ items }) => items) ?? []
  const account = accounts.find(({ id }) => id === edited)
  return (
    <SettingsPage title={t('part.users')} aside={<Button onClick={() => setEdited('new')}>{t('user.new')}</Button>}>
      {handed && (
        <SecretOnce
          title={t('user.password-of', { username: handed.username })}
          secret={handed.password}
          onDone={() => setHanded(null)}
        />
      )}
      <Filters filter={filter} onChange={setFilter} />
      <ProblemNotice error={list.error} />
      {list.isPending && <Skeleton h={280} />}
      {list.isSuccess && accounts.length === 0 && <Text>{t('none')}</Text>}
      {accounts.length > 0 && (
        <Table verticalSpacing="xs" aria-label={t('part.users')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('user.name')}</Table.Th>
              <Table.Th>{t('user.role')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('user.office')}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t('edit')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {accounts.map((one) => (
              <Row key={one.id} account={one} officeName={nameOf(one.officeIds[0])} onEdit={() => setEdited(one.id)} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
      {(edited === 'new' || account) && (
        <UserForm
          // Loaded anew after somebody else's change, it begins with what is true now.
          key={account ? `${account.id} ${account.version}` : 'new'}
          account={account}
          offices={offices?.items ?? []}
          onHanded={setHanded}
          onClose={() => setEdited(null)}
        />
      )}
    </SettingsPage>
  )
}
