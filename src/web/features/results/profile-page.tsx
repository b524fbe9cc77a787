import { Anchor, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { RegencySelect, useOwnRegency } from '../batches/regency-select.tsx'
import { SettingsPage } from '../settings/settings-page.tsx'
import { ProfileEditor } from './profile-editor.tsx'
import { resultProfileQuery } from './queries.ts'
import { useResultText } from './texts.ts'

function Profile({ regionCode }: { regionCode: string }) {
  const t = useResultText()
  const { data: profile, error } = useQuery(resultProfileQuery(regionCode))
  const [saved, setSaved] = useState<number>()
  const line = useRef<HTMLParagraphElement>(null)
  const state = (): string => {
    if (!profile) return ''
    if (!profile.isOwn) return t('profile.shipped')
    return t(profile.version === saved ? 'profile.saved' : 'profile.version', { version: String(profile.version) })
  }
  return (
    <>
      <Text role="status" ref={line} tabIndex={-1}>
        {state()}
      </Text>
      <ProblemNotice error={error} />
      {!profile && !error && <Skeleton h={320} />}
      {/* Another version begins with what is true now. */}
      {profile && (
        <ProfileEditor
          key={`${profile.regionCode} ${profile.version}`}
          profile={profile}
          onSaved={(version) => {
            setSaved(version)
            line.current?.focus()
          }}
        />
      )}
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
        {regionCode !== undefined && <Profile key={regionCode} regionCode={regionCode} />}
      </Stack>
    </SettingsPage>
  )
}
