import { Anchor, Box, Button, Select, SimpleGrid, Skeleton, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { DriftDetail } from '../../../contracts/api/lists.ts'
import { DRIFT_KINDS, type DriftKind } from '../../../contracts/list-terms.ts'
import { useTimes } from '../../lib/time.ts'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { PeopleSection } from './people-section.tsx'
import { driftQuery } from './queries.ts'
import { TellingSection } from './telling-section.tsx'
import { useListText, useMonth } from './texts.ts'

const FEW = 20

type Choice = {
  kind: DriftKind
  village: string | undefined
  choose(change: { kind?: DriftKind; village?: string | undefined }): void
}

/** Where it happened, the places with the most of the chosen change first. On a phone that one alone. */
function Villages({ drift, kind, village, choose }: Choice & { drift: DriftDetail }) {
  const t = useListText()
  const { number } = useTimes()
  const [isWhole, setWhole] = useState(false)
  const rows = drift.villages.toSorted(
    (one, other) =>
      other.counts[kind] - one.counts[kind] || (one.villageName ?? '~').localeCompare(other.villageName ?? '~'),
  )
  const only = (one: DriftKind) => (one === kind ? {} : { visibleFrom: 'md' as const })
  if (rows.length === 0) return <Text>{t('villages.none')}</Text>
  return (
    <>
      <Table verticalSpacing="xs" aria-label={t('villages')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('village')}</Table.Th>
            {DRIFT_KINDS.map((one) => (
              <Table.Th key={one} ta="right" {...only(one)}>
                {t(`drift.${one}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.slice(0, isWhole ? rows.length : FEW).map(({ villageCode, villageName, counts }) => (
            <Table.Tr key={villageCode ?? ''}>
              <Table.Td>
                {villageCode === null ? (
                  t('village.unknown')
                ) : (
                  <Anchor
                    component="button"
                    type="button"
                    ta="left"
                    mih={24}
                    fw={villageCode === village ? 700 : 400}
                    aria-pressed={villageCode === village}
                    aria-label={t('village.only', { village: villageName ?? villageCode })}
                    onClick={() => choose({ village: villageCode })}
                  >
                    {villageName ?? villageCode}
                  </Anchor>
                )}
              </Table.Td>
              {DRIFT_KINDS.map((one) => (
                <Table.Td key={one} ta="right" {...only(one)}>
                  {number(counts[one])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {!isWhole && rows.length > FEW && (
        <Button variant="default" w="fit-content" onClick={() => setWhole(true)}>
          {t('villages.more', { count: number(rows.length) })}
        </Button>
      )}
    </>
  )
}

function OneDrift({ drift }: { drift: DriftDetail }) {
  const t = useListText()
  const { number } = useTimes()
  const { kind = 'newly_inactive', village } = useSearch({ from: '/signed-in/daftar-peserta/perubahan/$id' })
  const navigate = useNavigate({ from: '/daftar-peserta/perubahan/$id' })
  const choose: Choice['choose'] = (change) =>
    void navigate({
      search: () => {
        const next = { kind, village, ...change }
        return { kind: next.kind, ...(next.village !== undefined && { village: next.village }) }
      },
      replace: true,
      resetScroll: false,
    })
  const names = drift.villages.flatMap(({ villageCode, villageName }) =>
    villageCode === null ? [] : [{ value: villageCode, label: `${villageName ?? ''} (${villageCode})` }],
  )
  const key = `${kind} ${village}`
  return (
    <>
      <Section title={t('drift.counts')}>
        <Facts rows={DRIFT_KINDS.map((one) => [t(`drift.${one}`), number(drift.counts[one])] as const)} />
      </Section>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label={t('drift.kind')}
          data={DRIFT_KINDS.map((value) => ({ value, label: t(`drift.${value}`) }))}
          value={kind}
          onChange={(value) => choose({ kind: DRIFT_KINDS.find((one) => one === value) ?? kind })}
          allowDeselect={false}
        />
        <Select
          label={t('village')}
          placeholder={t('village.all')}
          data={names}
          value={village ?? null}
          onChange={(value) => choose({ village: value ?? undefined })}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('village.all') }}
        />
      </SimpleGrid>
      <Section title={t('villages')}>
        <Villages drift={drift} kind={kind} village={village} choose={choose} />
      </Section>
      {drift.hasPeople ? (
        <>
          <TellingSection key={key} driftId={drift.id} kind={kind} village={village} />
          <PeopleSection driftId={drift.id} kind={kind} village={village} />
        </>
      ) : (
        <Text>{t('drift.purged')}</Text>
      )}
    </>
  )
}

/** What changed between two months: by village, as work lists, and whom to ask to come. */
export function DriftPage() {
  const t = useListText()
  const toMonth = useMonth()
  const times = useTimes()
  const { id } = useParams({ from: '/signed-in/daftar-peserta/perubahan/$id' })
  const { data: drift, error } = useQuery(driftQuery(id))
  return (
    <Stack maw={1100} mx="auto">
      <Anchor component={Link} to="/daftar-peserta" size="sm">
        {t('back')}
      </Anchor>
      <ProblemNotice error={error} />
      {!drift && !error && <Skeleton h={320} />}
      {drift && (
        <>
          <div>
            <Title order={1} size="h2">
              {t('drift', { from: toMonth(drift.fromMonth), to: toMonth(drift.toMonth) })}
            </Title>
            <Text>{drift.regionName}</Text>
            <Text size="sm" c="dimmed">
              {t('drifts.computed', { at: times.moment(drift.computedAt) })}
            </Text>
          </div>
          <OneDrift drift={drift} />
        </>
      )}
      <Box h={24} />
    </Stack>
  )
}
