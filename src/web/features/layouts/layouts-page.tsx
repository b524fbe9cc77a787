import { Anchor, Badge, Button, Group, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { ProfileItem } from '../../../contracts/api/template-profiles.ts'
import { useMay } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { RegencySelect, useOwnRegency } from '../batches/regency-select.tsx'
import { getResultProfile } from '../results/calls.ts'
import { SettingsPage } from '../settings/settings-page.tsx'
import { createProfile } from './calls.ts'
import { LayoutEditor } from './layout-editor.tsx'
import { LAYOUTS, profileQuery, profilesQuery } from './queries.ts'
import { useLayoutText } from './texts.ts'

const PAGE = '/pengaturan/tata-letak'

/** A layout that is shipped, or of somebody else's making, as the beginning of an own one. */
function CopyDialog({ of, onClose }: { of: ProfileItem; onClose: () => void }) {
  const t = useLayoutText()
  const navigate = useNavigate()
  const client = useQueryClient()
  const own = useOwnRegency()
  const [chosen, setChosen] = useState<string>()
  const [name, setName] = useState('')
  const regionCode = own ?? chosen
  const copy = useMutation({
    mutationFn: () => createProfile({ body: { name, copyOf: of.id, ...(regionCode !== undefined && { regionCode }) } }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: [LAYOUTS] })
      onClose()
      await navigate({ to: PAGE, search: { layout: id } })
    },
  })
  return (
    <Dialog onClose={onClose} title={t('copy.of', { name: of.name })}>
      <form onSubmit={onSubmit(() => copy.mutate())}>
        <Stack>
          <TextInput
            label={t('name.own')}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={fieldError(copy.error, 'name')}
            autoComplete="off"
            data-autofocus
            required
          />
          {own === undefined && <RegencySelect onChange={setChosen} />}
          <ProblemNotice error={copy.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={copy.isPending}>
              {t('copy')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

function LayoutList({ onCopy }: { onCopy: (of: ProfileItem) => void }) {
  const t = useLayoutText()
  const may = useMay()
  const times = useTimes()
  const { data, error } = useQuery(profilesQuery)
  return (
    <SettingsPage title={t('title')} lead={t('lead')}>
      {may(getResultProfile) && (
        <Anchor component={Link} to="/pengaturan/profil-hasil" size="sm">
          {t('to-result-profile')}
        </Anchor>
      )}
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={160} />}
      {data && (
        <Table verticalSpacing="xs" aria-label={t('title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('name')}</Table.Th>
              <Table.Th ta="right">{t('columns')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('changed')}</Table.Th>
              {may(createProfile) && <Table.Th>{t('acts')}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((item) => (
              <Table.Tr key={item.id}>
                <Table.Td>
                  <Anchor renderRoot={(props) => <Link to={PAGE} search={{ layout: item.id }} {...props} />}>
                    {item.name}
                  </Anchor>
                  <div>
                    {item.regionCode === null ? (
                      <Badge variant="outline" color="gray" tt="none">
                        {t('shipped')}
                      </Badge>
                    ) : (
                      <Text size="sm" c="dimmed">
                        {t('version', { version: String(item.version) })}
                      </Text>
                    )}
                  </div>
                </Table.Td>
                <Table.Td ta="right">{times.number(item.columns)}</Table.Td>
                <Table.Td visibleFrom="sm">{times.day(item.changedAt)}</Table.Td>
                {may(createProfile) && (
                  <Table.Td>
                    <Button
                      variant="default"
                      size="compact-md"
                      onClick={() => onCopy(item)}
                      aria-label={t('copy.of', { name: item.name })}
                    >
                      {t('copy')}
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </SettingsPage>
  )
}

function OneLayout({ id, onCopy }: { id: string; onCopy: (of: ProfileItem) => void }) {
  const t = useLayoutText()
  const { data: profile, error } = useQuery(profileQuery(id))
  return (
    <Stack>
      <Anchor size="sm" renderRoot={(props) => <Link to={PAGE} search={{}} {...props} />}>
        {t('back')}
      </Anchor>
      <ProblemNotice error={error} />
      {!profile && !error && <Skeleton h={320} />}
      {profile && (
        <LayoutEditor
          // Another version begins with what is true now.
          key={`${profile.id} ${profile.version}`}
          profile={profile}
          onCopy={() => onCopy(profile)}
        />
      )}
    </Stack>
  )
}

/** Layouts of files for BPJS: those that are shipped, to be copied, and the own ones with their editor. */
export function LayoutsPage() {
  const { layout } = useSearch({ from: '/signed-in/settings/pengaturan/tata-letak' })
  const [copied, setCopied] = useState<ProfileItem | null>(null)
  return (
    <>
      {layout === undefined ? <LayoutList onCopy={setCopied} /> : <OneLayout id={layout} onCopy={setCopied} />}
      {copied && <CopyDialog of={copied} onClose={() => setCopied(null)} />}
    </>
  )
}
