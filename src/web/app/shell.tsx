import { ActionIcon, Anchor, AppShell, Box, Burger, Group, NavLink, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconUser } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link, lazyRouteComponent, Outlet, useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { SignInAgain } from '../features/sign-in/sign-in-again.tsx'
import { followChanges, useSeated } from '../lib/live.ts'
import { navigationFor } from './navigation.ts'
import { OfflineBanner } from './offline-banner.tsx'
import { LanguageSwitch, ThemeSwitch } from './preferences.tsx'
import { useMe } from './session.ts'
import { useAppText } from './texts.ts'

const ObligationPage = lazyRouteComponent(() => import('../features/sign-in/obligation-page.tsx'), 'ObligationPage')

const fetchAccountMenu = () => import('./account-menu.tsx')
const AccountMenu = lazy(async () => ({ default: (await fetchAccountMenu()).AccountMenu }))

/** Menus float, which takes a tenth of the first page's script: fetched when somebody reaches for this one. */
function AccountButton() {
  const t = useAppText()
  const me = useMe()
  const [isWanted, { open }] = useDisclosure(false)
  // A failed fetch is told when the menu is opened.
  const prepare = (): void => void fetchAccountMenu().catch(() => undefined)
  const button = (
    <ActionIcon
      variant="subtle"
      size="lg"
      aria-label={t('account', { name: me.displayName })}
      aria-haspopup="menu"
      onPointerEnter={prepare}
      onFocus={prepare}
      onClick={open}
    >
      <IconUser size={20} />
    </ActionIcon>
  )
  return isWanted ? (
    <Suspense fallback={button}>
      <AccountMenu />
    </Suspense>
  ) : (
    button
  )
}

// Seldom there: fetched with the first news of it.
const SeatBanner = lazy(async () => ({ default: (await import('../features/home/seat-banner.tsx')).SeatBanner }))

/** On whatever page, for those who go on with a case that can be sealed now or answer for it. */
function SeatNews() {
  const { role } = useMe()
  const { count, forget } = useSeated()
  const isConcerned = role === 'verifikator' || role === 'supervisor' || role === 'penyetuju'
  return (
    <div role="status">
      {count > 0 && isConcerned && (
        <Suspense>
          <SeatBanner count={count} onSeen={forget} />
        </Suspense>
      )}
    </div>
  )
}

/** Frame of every page behind the sign-in. */
export function Shell() {
  const t = useAppText()
  const me = useMe()
  const { pathname } = useLocation()
  const [isOpen, { toggle, close }] = useDisclosure(false)
  useEffect(close, [pathname, close])
  const client = useQueryClient()
  useEffect(() => followChanges(client), [client])
  const isHere = (to: string): boolean => (to === '/' ? pathname === '/' : pathname.startsWith(to))

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className="skip-link" href="#isi">
        {t('skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="sm" gap="xs" wrap="nowrap">
          <Burger
            opened={isOpen}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={t(isOpen ? 'menu.close' : 'menu.open')}
          />
          <Anchor component={Link} to="/" fw={700} underline="never" c="var(--mantine-color-text)">
            PuntaDewa
          </Anchor>
          <Box flex={1} />
          <Text size="sm" visibleFrom="sm">
            {me.displayName} · {t(`role.${me.role}`)}
          </Text>
          <LanguageSwitch />
          <ThemeSwitch />
          <AccountButton />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('menu')}>
        {me.obligation === null &&
          navigationFor(me).map(({ to, text }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={t(text)}
              active={isHere(to)}
              aria-current={isHere(to) ? 'page' : undefined}
            />
          ))}
      </AppShell.Navbar>
      <AppShell.Main id="isi" tabIndex={-1}>
        <OfflineBanner />
        <SeatNews />
        {me.obligation === null ? <Outlet /> : <ObligationPage obligation={me.obligation} />}
      </AppShell.Main>
      <SignInAgain />
    </AppShell>
  )
}
