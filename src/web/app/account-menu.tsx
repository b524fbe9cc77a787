import { ActionIcon, Menu, Stack } from '@mantine/core'
import { IconUser } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { countSealed } from '../lib/sealed-store.ts'
import { Dialog } from '../ui/dialog.tsx'
import { LeaveQuestion } from './leave-question.tsx'
import { useMe, useSignOut } from './session.ts'
import { useAppText } from './texts.ts'

/** Opens at once: its code is fetched when somebody reaches for it. */
export function AccountMenu() {
  const t = useAppText()
  const me = useMe()
  const signOut = useSignOut()
  const [lost, setLost] = useState(0)
  const leave = async (): Promise<void> => {
    const count = await countSealed()
    if (count === 0) await signOut()
    else setLost(count)
  }
  const stay = (): void => setLost(0)
  return (
    <>
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
          <Menu.Item onClick={() => void leave()}>{t('sign-out')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Dialog opened={lost > 0} onClose={stay} title={t('leave.title')}>
        <Stack>
          <LeaveQuestion count={lost} onStay={stay} onLeave={signOut} />
        </Stack>
      </Dialog>
    </>
  )
}
