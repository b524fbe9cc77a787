import { Button, Checkbox, Skeleton, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { API_SCOPES, type ApiScope } from '../../../contracts/access.ts'
import type { ApiKeyItem, CreateApiKey } from '../../../contracts/api/accounts.ts'
import { fieldError } from '../../lib/field-error.ts'
import { useTimes } from '../../lib/time.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { AccountChoice } from './account-choice.tsx'
import { createApiKey, listApiKeys, revokeApiKey } from './calls.ts'
import { EditDialog } from './edit-dialog.tsx'
import { SETTINGS } from './queries.ts'
import { SecretOnce } from './secret-once.tsx'
import { SettingsPage } from './settings-page.tsx'
import { useSettingsText } from './texts.ts'

const KEYS = [SETTINGS, 'api-keys']
const HALF_A_YEAR_MS = 182 * 86_400_000

function KeyForm({ onMade, onClose }: { onMade: (made: CreateApiKey) => void; onClose: () => void }) {
  const t = useSettingsText()
  const client = useQueryClient()
  const [userId, setUser] = useState<string | null>(null)
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<string[]>([])
  const [until, setUntil] = useState(() => new Date(Date.now() + HALF_A_YEAR_MS).toISOString().slice(0, 10))
  const make = useMutation({
    mutationFn: () =>
      createApiKey({
        body: {
          userId: userId ?? '',
          name,
          scopes: scopes as ApiScope[],
          // To the end of that day where the admin sits.
          expiresAt: new Date(`${until}T23:59:59`).toISOString(),
        },
      }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: KEYS })
      onMade(made)
      onClose()
    },
  })
  return (
    <EditDialog
      title={t('key.new')}
      submit={t('key.create')}
      saving={make}
      isComplete={userId !== null && scopes.length > 0}
      onClose={onClose}
    >
      <Text size="sm">{t('key.hint')}</Text>
      <TextInput
        label={t('key.name')}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        error={fieldError(make.error, 'name')}
        autoComplete="off"
        data-autofocus
        required
      />
      <AccountChoice
        label={t('key.account')}
        value={userId}
        onChange={setUser}
        error={fieldError(make.error, 'userId')}
        isRequired
      />
      <Checkbox.Group
        label={t('key.scopes')}
        value={scopes}
        onChange={setScopes}
        error={fieldError(make.error, 'scopes')}
      >
        <Stack gap="xs" mt="xs">
          {API_SCOPES.map((scope) => (
            <Checkbox key={scope} value={scope} label={t(`key.scope.${scope}`)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <TextInput
        type="date"
        label={t('key.until')}
        value={until}
        onChange={({ currentTarget }) => setUntil(currentTarget.value)}
        error={fieldError(make.error, 'expiresAt')}
        required
      />
    </EditDialog>
  )
}

function Row({ apiKey, now }: { apiKey: ApiKeyItem; now: number }) {
  const t = useSettingsText()
  const times = useTimes()
  const client = useQueryClient()
  const { id, name, prefix, username, scopes, expiresAt, lastUsedAt, revokedAt } = apiKey
  const isOver = Date.parse(expiresAt) <= now
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={600}>{name}</Text>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {prefix}… · {username}
        </Text>
        <Text size="sm">{scopes.map((scope) => t(`key.scope.${scope}`)).join(', ')}</Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{lastUsedAt ? times.moment(lastUsedAt) : t('key.unused')}</Table.Td>
      <Table.Td>
        {revokedAt
          ? t('key.revoked', { day: times.day(revokedAt) })
          : t(isOver ? 'key.over' : 'key.valid', { day: times.day(expiresAt) })}
      </Table.Td>
      <Table.Td>
        {!revokedAt && !isOver && (
          <ConfirmButton
            color="red"
            variant="outline"
            label={t('key.revoke')}
            about={name}
            question={t('key.revoke.sure', { name })}
            act={() => revokeApiKey({ params: { id } }).then(() => client.invalidateQueries({ queryKey: KEYS }))}
          />
        )}
      </Table.Td>
    </Table.Tr>
  )
}

/** Keys with which other programs call us. */
export function ApiKeysPage() {
  const t = useSettingsText()
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<CreateApiKey | null>(null)
  const [now] = useState(Date.now)
  const list = useInfiniteQuery({
    queryKey: KEYS,
    queryFn: ({ pageParam, signal }) =>
      listApiKeys({ query: { limit: 50, ...(pageParam && { cursor: pageParam }) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  const keys = list.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <SettingsPage
      title={t('part.api-keys')}
      lead={t('key.lead')}
      aside={<Button onClick={() => setMaking(true)}>{t('key.new')}</Button>}
    >
      {made && (
        <SecretOnce title={t('key.made', { name: made.apiKey.name })} secret={made.key} onDone={() => setMade(null)} />
      )}
      <ProblemNotice error={list.error} />
      {list.isPending && <Skeleton h={200} />}
      {list.isSuccess && keys.length === 0 && <Text>{t('key.none')}</Text>}
      {keys.length > 0 && (
        <Table verticalSpacing="xs" aria-label={t('part.api-keys')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('key.name')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('key.used')}</Table.Th>
              <Table.Th>{t('key.until')}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t('key.revoke')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {keys.map((one) => (
              <Row key={one.id} apiKey={one} now={now} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
      {isMaking && <KeyForm onMade={setMade} onClose={() => setMaking(false)} />}
    </SettingsPage>
  )
}
