import { Anchor, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { RegencySelect, useOwnRegency } from '../batches/regency-select.tsx'
import { SettingsPage } from '../settings/settings-page.tsx'
import { ProfileEditor } from './profile-editor.tsx'
import { resultProfileQuery } from './queries.ts'
import { useResultText } from './texts.ts'

function Profile({ regionCode }: { regionCode: string }) {
  const { data: profile, error } = useQuery(resultProfileQuery(regionCode))
  return (
    <>
      <ProblemNotice error={error} />
      {!profile && !error && <Skeleton h={320} />}
      {/* Another version begins with what is true now. */}
      {profile && <ProfileEditor key={`${profile.regionCode} ${profile.version}`} profile={profile} />}
    </>
  )
}

/** How files of BPJS's results are read in a kab/kota: its headers, words and codes. */
export function ResultProfilePage() {
  const t = useResultText()
  const own = useOwnRegency()
  const { region } = useSearch({ from: '/signed-in/settings/pengaturan/profil-hasil' })
  const navigate = useNavigate()
  const regionCode = own ?? region
  return (
    <SettingsPage title={t('profile')} lead={t('profile.lead')}>
      <Stack>
        <Anchor component={Link} to="/pengaturan/tata-letak" size="sm">
          {t('to-layouts')}
        </Anchor>
        {own === undefined && (
          <RegencySelect
            onChange={(code) =>
              void navigate({
                to: '/pengaturan/profil-hasil',
                search: code === undefined ? {} : { region: code },
                replace: true,
              })
            }
          />
        )}
        {regionCode !== undefined && <Profile regionCode={regionCode} />}
      </Stack>
    </SettingsPage>
  )
}
