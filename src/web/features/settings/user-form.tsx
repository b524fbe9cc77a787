import { Group, MultiSelect, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ROLES } from '../../../contracts/access.ts'
import type { AccountItem, UpdateAccountBody } from '../../../contracts/api/accounts.ts'
import type { OfficeItem } from '../../../contracts/api/regions.ts'
import { useMe } from '../../app/session.ts'
import { useAppText } from '../../app/texts.ts'
import { fieldError } from '../../lib/field-error.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { createAccount, unlockAccount, updateAccount } from './calls.ts'
import { EditDialog } from './edit-dialog.tsx'
import { regionsBelowQuery, SETTINGS } from './queries.ts'
import { useSettingsText } from './texts.ts'

/** A one-time password with whose it is. */
export type Handed = { username: string; password: string }

type Props = {
  /** None: a new one. */
  account: AccountItem | undefined
  offices: readonly OfficeItem[]
  onHanded: (handed: Handed) => void
  onClose: () => void
}

/** The region itself and what lies directly below it. */
function useRegionChoices(present: string): { value: string; label: string }[] {
  const me = useMe()
  const { data } = useQuery(regionsBelowQuery(me.regionCode))
  const below = data?.items.map(({ code, name }) => ({ value: code, label: name })) ?? []
  const own = { value: me.regionCode, label: me.regionName ?? me.regionCode }
  const choices = [own, ...below]
  return choices.some(({ value }) => value === present) ? choices : [...choices, { value: present, label: present }]
}

function useChange(account: AccountItem | undefined, { onHanded, onClose }: Pick<Props, 'onHanded' | 'onClose'>) {
  const client = useQueryClient()
  return async (change: Omit<UpdateAccountBody, 'version'>): Promise<void> => {
    if (!account) return
    const { oneTimePassword } = await updateAccount({
      params: { id: account.id },
      body: { version: account.version, ...change },
    })
    await client.invalidateQueries({ queryKey: [SETTINGS, 'accounts'] })
    if (oneTimePassword !== null) onHanded({ username: account.username, password: oneTimePassword })
    onClose()
  }
}

/** What an admin does when somebody has lost a password or a phone, or has left. */
function Rescue({ account, change }: { account: AccountItem; change: ReturnType<typeof useChange> }) {
  const t = useSettingsText()
  return (
    <Stack gap="xs">
      <Text fw={600}>{t('user.rescue')}</Text>
      <Group gap="xs">
        <ConfirmButton
          label={t('user.reset-password')}
          question={t('user.reset-password.sure', { name: account.displayName })}
          act={() => change({ resetPassword: true })}
        />
        {account.twoFactorEnabled && (
          <ConfirmButton
            label={t('user.reset-two-factor')}
            question={t('user.reset-two-factor.sure', { name: account.displayName })}
            act={() => change({ resetTwoFactor: true })}
          />
        )}
        <ConfirmButton
          label={t('user.unlock')}
          question={t('user.unlock.sure', { name: account.displayName })}
          act={() => unlockAccount({ params: { id: account.id } })}
        />
        {account.active ? (
          <ConfirmButton
            color="red"
            variant="outline"
            label={t('user.deactivate')}
            question={t('user.deactivate.sure', { name: account.displayName })}
            act={() => change({ active: false })}
          />
        ) : (
          <ConfirmButton
            label={t('user.activate')}
            question={t('user.activate.sure', { name: account.displayName })}
            act={() => change({ active: true })}
          />
        )}
      </Group>
    </Stack>
  )
}

export function UserForm({ account, offices, onHanded, onClose }: Props) {
  const t = useSettingsText()
  const app = useAppText()
  const me = useMe()
  const client = useQueryClient()
  const [username, setUsername] = useState('')
  const [displayName, setDisplayName] = useState(account?.displayName ?? '')
  const [role, setRole] = useState(account?.role ?? 'petugas')
  const [regionCode, setRegion] = useState(account?.regionCode ?? me.regionCode)
  const [officeIds, setOffices] = useState(account?.officeIds ?? [])
  const regions = useRegionChoices(regionCode)
  const change = useChange(account, { onHanded, onClose })
  const isOneself = account?.id === me.userId
  const save = useMutation({
    mutationFn: async () => {
      // Of the own account a role and a region may not be sent, not even the same.
      if (account) return change({ displayName, officeIds, ...(!isOneself && { role, regionCode }) })
      const made = await createAccount({ body: { username, displayName, role, regionCode, officeIds } })
      await client.invalidateQueries({ queryKey: [SETTINGS, 'accounts'] })
      onHanded({ username, password: made.oneTimePassword ?? '' })
      onClose()
    },
  })
  const { error } = save
  return (
    <EditDialog
      title={account ? t('edit.of', { name: account.displayName }) : t('user.new')}
      submit={t(account ? 'save' : 'user.create')}
      saving={save}
      onReload={() => void client.invalidateQueries({ queryKey: [SETTINGS, 'accounts'] })}
      onClose={onClose}
      after={account && !isOneself && <Rescue account={account} change={change} />}
    >
      {!account && (
        <TextInput
          label={t('user.username')}
          description={t('user.username.hint')}
          value={username}
          onChange={({ currentTarget }) => setUsername(currentTarget.value)}
          error={fieldError(error, 'username')}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          required
        />
      )}
      <TextInput
        label={t('user.display-name')}
        value={displayName}
        onChange={({ currentTarget }) => setDisplayName(currentTarget.value)}
        error={fieldError(error, 'displayName')}
        autoComplete="off"
        required
      />
      <Select
        label={t('user.role')}
        data={ROLES.map((one) => ({ value: one, label: app(`role.${one}`) }))}
        value={role}
        onChange={(to) => setRole(ROLES.find((one) => one === to) ?? role)}
        error={fieldError(error, 'role')}
        disabled={isOneself}
        allowDeselect={false}
      />
      <Select
        label={t('user.region')}
        description={t('user.region.hint')}
        data={regions}
        value={regionCode}
        onChange={(to) => setRegion(to ?? regionCode)}
        error={fieldError(error, 'regionCode')}
        disabled={isOneself}
        allowDeselect={false}
        searchable
      />
      <MultiSelect
        label={t('user.offices')}
        description={t('user.offices.hint')}
        data={offices
          .filter(({ active, id }) => active || officeIds.includes(id))
          .map(({ id, name }) => ({ value: id, label: name }))}
        value={officeIds}
        onChange={setOffices}
        error={fieldError(error, 'officeIds')}
        searchable
      />
    </EditDialog>
  )
}
