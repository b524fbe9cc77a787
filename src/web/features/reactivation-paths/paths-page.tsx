import { Badge, Button, Select, Skeleton, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { DatedReactivationPath } from '../../../contracts/api/reactivation.ts'
import { REACTIVATION_REASONS, type ReactivationReason } from '../../../contracts/reactivation-terms.ts'
import { useMay } from '../../app/session.ts'
import { useLanguage } from '../../lib/language.ts'
import { localDay } from '../../lib/local-day.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { RegencySelect, useOwnRegency } from '../batches/regency-select.tsx'
import { useReactivationText } from '../reactivation/texts.ts'
import { SettingsPage } from '../settings/settings-page.tsx'
import { putPath } from './calls.ts'
import { PathForm } from './path-form.tsx'
import { OfficerPreview, PathSteps, ResidentPreview } from './path-preview.tsx'
import { pathsQuery } from './queries.ts'
import { usePathText } from './texts.ts'

const keyOf = ({ regionCode, validFrom }: DatedReactivationPath): string => `${regionCode ?? ''} ${validFrom}`

type VersionsProps = { paths: readonly DatedReactivationPath[]; onTake: ((path: DatedReactivationPath) => void) | null }

/** Every state of the path, the newest first: what counted stays to be read. */
function Versions({ paths, onTake }: VersionsProps) {
  const t = usePathText()
  const words = useReactivationText()
  const times = useTimes()
  const language = useLanguage()
  const [today] = useState(() => localDay(new Date()))
  const standing = ({ countsToday, validFrom }: DatedReactivationPath) =>
    countsToday ? 'today' : validFrom > today ? 'later' : 'former'
  return (
    <Table verticalSpacing="xs" aria-label={t('versions')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('valid-from')}</Table.Th>
          <Table.Th>{t('content')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {paths.map((path) => (
          <Table.Tr key={keyOf(path)}>
            <Table.Td style={{ verticalAlign: 'top' }}>
              <Stack gap={4} align="flex-start">
                <Text size="sm">{times.date(path.validFrom)}</Text>
                <Badge variant="light" color={path.countsToday ? 'green' : 'gray'} tt="none" miw="max-content">
                  {t(`standing.${standing(path)}`)}
                </Badge>
                <Text size="sm" c="dimmed">
                  {t(path.regionCode === null ? 'shipped' : 'own')}
                </Text>
              </Stack>
            </Table.Td>
            <Table.Td>
              <Stack gap={4} align="flex-start">
                <Text size="sm" fw={600}>
                  {path.deadlineDays === null
                    ? words('deadline.unknown')
                    : words('deadline.days', { days: path.deadlineDays })}
                </Text>
                <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                  {path.counterText[language]}
                </Text>
                {onTake && (
                  <Button
                    variant="default"
                    size="compact-md"
                    onClick={() => onTake(path)}
                    aria-label={t('take.of', { from: times.date(path.validFrom) })}
                  >
                    {t('take')}
                  </Button>
                )}
              </Stack>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** One path: as it counts today, all its states, and the next one for whoever may set it. */
function OnePath({ regionCode, paths }: { regionCode: string; paths: readonly DatedReactivationPath[] }) {
  const t = usePathText()
  const may = useMay()
  const times = useTimes()
  const [taken, setTaken] = useState<DatedReactivationPath | null>(null)
  const [saved, setSaved] = useState<string | null>(null)
  const line = useRef<HTMLParagraphElement>(null)
  const current = paths.find(({ countsToday }) => countsToday)
  if (!current) return null
  const from = taken ?? current
  const mayPut = may(putPath)
  return (
    <>
      <Text role="status" fw={600} ref={line} tabIndex={-1}>
        {saved !== null && t('saved', { from: times.date(saved) })}
      </Text>
      <Section title={t('today')}>
        <OfficerPreview path={current} />
      </Section>
      <Section title={t('steps')}>
        <PathSteps path={current} />
      </Section>
      {mayPut && (
        <PathForm
          // Another beginning, or what is true since it was saved.
          key={`${keyOf(from)} ${from.deadlineDays} ${from.counterText.id} ${from.counterText.en}`}
          regionCode={regionCode}
          from={from}
          onSaved={(validFrom) => {
            setTaken(null)
            setSaved(validFrom)
            line.current?.focus()
          }}
        />
      )}
      <Section title={t('versions')}>
        <Versions paths={paths} onTake={mayPut ? setTaken : null} />
      </Section>
      <Section title={t('resident')}>
        <ResidentPreview />
      </Section>
    </>
  )
}

function Paths({ regionCode, reason }: { regionCode: string; reason: ReactivationReason }) {
  const { data, error } = useQuery(pathsQuery(regionCode))
  return (
    <>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={320} />}
      {data && (
        <OnePath key={reason} regionCode={regionCode} paths={data.items.filter((path) => path.reason === reason)} />
      )}
    </>
  )
}

/** The ways back of inactive members, by the reason: words for the counter and days, by the day from which they count. */
export function PathsPage() {
  const t = usePathText()
  const words = useReactivationText()
  const own = useOwnRegency()
  const navigate = useNavigate({ from: '/pengaturan/jalur-reaktivasi' })
  const { reason = 'pbi_switched_off' } = useSearch({ from: '/signed-in/settings/pengaturan/jalur-reaktivasi' })
  const [chosen, setChosen] = useState<string>()
  const regionCode = own ?? chosen
  return (
    <SettingsPage title={t('title')} lead={t('lead')}>
      {own === undefined && <RegencySelect onChange={setChosen} />}
      <Select
        label={words('reason')}
        data={REACTIVATION_REASONS.map((value) => ({ value, label: words(`reason.${value}`) }))}
        value={reason}
        onChange={(value) => {
          const next = REACTIVATION_REASONS.find((one) => one === value)
          if (next) void navigate({ search: { reason: next }, replace: true, resetScroll: false })
        }}
        allowDeselect={false}
        maw={420}
      />
      {regionCode !== undefined && <Paths key={regionCode} regionCode={regionCode} reason={reason} />}
    </SettingsPage>
  )
}
