import { Box, Grid, NavLink, Select } from '@mantine/core'
import { Link, Navigate, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { useMay } from '../../app/session.ts'
import { SETTINGS_PARTS } from './parts.ts'
import { useSettingsText } from './texts.ts'

function useParts() {
  const may = useMay()
  return SETTINGS_PARTS.filter(({ needs }) => needs === null || may(needs))
}

/** One navigation beside the parts of the settings; on a phone a choice above them. */
export function SettingsFrame() {
  const t = useSettingsText()
  const { pathname } = useLocation()
  const navigate = useNavigate()
  const parts = useParts()
  return (
    <Grid maw={1240} mx="auto" gap="lg">
      <Grid.Col span={{ base: 12, md: 3 }}>
        <Box component="nav" aria-label={t('parts')}>
          <Box visibleFrom="md">
            {parts.map(({ to, text }) => (
              <NavLink
                key={to}
                component={Link}
                to={to}
                label={t(text)}
                active={pathname === to}
                aria-current={pathname === to ? 'page' : undefined}
              />
            ))}
          </Box>
          <Select
            hiddenFrom="md"
            label={t('parts')}
            data={parts.map(({ to, text }) => ({ value: to, label: t(text) }))}
            value={pathname}
            onChange={(to) => to && void navigate({ href: to })}
            allowDeselect={false}
          />
        </Box>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 9 }}>
        <Outlet />
      </Grid.Col>
    </Grid>
  )
}

/** The address without a part shows the first one that this person has. */
export function SettingsStart() {
  const [first] = useParts()
  return <Navigate to={first?.to ?? '/akun'} replace />
}
