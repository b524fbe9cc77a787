import { ActionIcon, Menu } from '@mantine/core'
import { IconUser } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useMe, useSignOut } from './session.ts'
import { useAppText } from './texts.ts'

/** Opens at once: its code is fetched when somebody reaches for it. */
export function AccountMenu() {
  const t = useAppText()
  const me = useMe()
  const signOut = useSignOut()
  return (
    <Menu position="bottom-end" width={220} defaultOpened>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={t('account', { name: me.displayName })}>
          <IconUser size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.displayName} · {t(`role.${me.role}`)}
        </Menu.Label>
        <Menu.Item component={Link} to="/akun">
          {t('account.security')}
        </Menu.Item>
        <Menu.Item onClick={() => void signOut()}>{t('sign-out')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
