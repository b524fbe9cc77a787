import { Anchor, Breadcrumbs, Button, Group, Select, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconDownload, IconPencil, IconPrinter } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { CoverageResponse } from '../../../contracts/api/coverage.ts'
import { COVERAGE_SEGMENTS, COVERAGE_SOURCES } from '../../../contracts/coverage-terms.ts'
import { useMay, useMe } from '../../app/session.ts'
import { keepFile } from '../../lib/keep-file.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { downloadFigures, enterFigures } from './calls.ts'
import { ChildrenTable } from './children-table.tsx'
import './coverage.css'
import { type CoverageSearch, toView } from './coverage-search.ts'
import { BesideComputed, Count, Flags, Rate } from './figure-parts.tsx'
import { coverageQuery } from './queries.ts'
import { StandingSection } from './standing-section.tsx'
import { useCoverageTerms, useCoverageText } from './texts.ts'
import { TrendSection } from './trend-section.tsx'
import { useFigureWords } from './words.ts'

function Way({ ancestors, name }: { ancestors: CoverageResponse['ancestors']; name: string }) {
  const t = useCoverageText()
  const search = useSearch({ from: '/signed-in/cakupan' })
  return (
    <nav aria-label={t('way')}>
      <Breadcrumbs styles={{ root: { flexWrap: 'wrap' } }}>
        {ancestors.map(({ code, name: above }) => (
          <Anchor
            key={code}
            size="sm"
            renderRoot={(props) => <Link to="/cakupan" search={{ ...search, wilayah: code }} {...props} />}
          >
            {above}
          </Anchor>
        ))}
        <Text size="sm" aria-current="page">
          {name}
        </Text>
      </Breadcrumbs>
    </nav>
  )
}

function Filters({ coverage }: { coverage: CoverageResponse }) {
  const t = useCoverageText()
  const term = useCoverageTerms()
  const words = useFigureWords()
  const navigate = useNavigate({ from: '/cakupan' })
  const { month, months, segment, source, sources } = coverage
  const show = (change: { [Name in keyof CoverageSearch]: CoverageSearch[Name] | undefined }) =>
    void navigate({
      search: (former) =>
        Object.fromEntries(Object.entries({ ...former, ...change }).filter(([, value]) => value !== undefined)),
    })
  const known = month === null || months.includes(month) ? months : [month, ...months]
  return (
    <SimpleGrid cols={{ base: 1, xs: 3 }} className="not-printed">
      <Select
        label={term('column.month')}
        data={known.map((value) => ({ value, label: words.month(value) }))}
        value={month}
        onChange={(value) => show({ bulan: value ?? undefined })}
        allowDeselect={false}
        disabled={known.length === 0}
      />
      <Select
        label={term('column.segment')}
        data={COVERAGE_SEGMENTS.map((value) => ({ value, label: term(`segment.${value}`) }))}
        value={segment}
        onChange={(value) => {
          const found = COVERAGE_SEGMENTS.find((one) => one === value)
          show({ segmen: found === 'all' ? undefined : found })
        }}
        allowDeselect={false}
      />
      <Select
        label={term('column.source')}
        data={COVERAGE_SOURCES.filter((one) => sources.includes(one) || one === source).map((value) => ({
          value,
          label: term(`source.${value}`),
        }))}
        value={source}
        onChange={(value) => show({ sumber: COVERAGE_SOURCES.find((one) => one === value) })}
        placeholder={t('none-yet')}
        allowDeselect={false}
      />
    </SimpleGrid>
  )
}

function Tools({ code, search }: { code: string; search: CoverageSearch }) {
  const t = useCoverageText()
  const may = useMay()
  const file = useMutation({
    mutationFn: (format: 'csv' | 'xlsx') => downloadFigures({ params: { code }, query: { ...toView(search), format } }),
    onSuccess: keepFile,
  })
  return (
    <Stack gap="xs" className="not-printed">
      <Group gap="xs">
        {may(enterFigures) && (
          <Button
            leftSection={<IconPencil size={18} />}
            renderRoot={(props) => <Link to="/cakupan/isi" search={{ wilayah: code }} {...props} />}
          >
            {t('enter')}
          </Button>
        )}
        {(['xlsx', 'csv'] as const).map((format) => (
          <Button
            key={format}
            variant="default"
            leftSection={<IconDownload size={18} />}
            loading={file.isPending && file.variables === format}
            onClick={() => file.mutate(format)}
          >
            {t(`file.${format}`)}
          </Button>
        ))}
        <Button variant="default" leftSection={<IconPrinter size={18} />} onClick={() => window.print()}>
          {t('print')}
        </Button>
        <Anchor href={`/cakupan-publik?wilayah=${code.slice(0, 8)}`} size="sm">
          {t('public')}
        </Anchor>
      </Group>
      <ProblemNotice error={file.error} />
    </Stack>
  )
}

function Totals({ coverage }: { coverage: CoverageResponse }) {
  const term = useCoverageTerms()
  const words = useFigureWords()
  const { figure, month, segment, source } = coverage
  const title = [
    figure.region.name,
    month && words.month(month),
    segment !== 'all' && term(`segment.${segment}`),
    source && term(`source.${source}`),
  ]
  return (
    <Section title={title.filter(Boolean).join(' · ')}>
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <div>
          <Text size="sm">{term('column.population')}</Text>
          <Count count={figure.population?.used} />
          <BesideComputed measure={figure.population} />
        </div>
        <div>
          <Text size="sm">{term('column.registered')}</Text>
          <Count count={figure.registered?.used} />
          <Rate rate={figure.coverage} kind="coverage" />
          <BesideComputed measure={figure.registered} />
        </div>
        <div>
          <Text size="sm">{term('column.active')}</Text>
          <Count count={figure.active?.used} />
          <Rate rate={figure.activeRate} kind="active" />
          <BesideComputed measure={figure.active} />
        </div>
      </SimpleGrid>
      <Flags figure={figure} />
    </Section>
  )
}

/** Population, registered and active of a region and of those below it; the address holds region, month, segment and source. */
export function CoveragePage() {
  const t = useCoverageText()
  const term = useCoverageTerms()
  const me = useMe()
  const search = useSearch({ from: '/signed-in/cakupan' })
  const code = search.wilayah ?? me.regionCode
  const { data, error, isPlaceholderData } = useQuery(coverageQuery(code, search))
  return (
    <Stack maw={1100} mx="auto" className="coverage-print">
      <div>
        <Title order={1} size="h2">
          {t('title')}
        </Title>
        <Text size="sm">{t('lead')}</Text>
      </div>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={320} />}
      {data && (
        <Stack aria-busy={isPlaceholderData}>
          <Way ancestors={data.ancestors} name={data.figure.region.name} />
          <Filters coverage={data} />
          <Totals coverage={data} />
          <Tools code={code} search={search} />
          {data.segments.length > 0 && data.segment === 'all' && (
            <Section title={t('segments')}>
              <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
                {data.segments.map(({ segment, figure }) => (
                  <div key={segment}>
                    <Text size="sm">{term(`segment.${segment}`)}</Text>
                    <Text size="xs">{term('column.registered')}</Text>
                    <Count count={figure.registered?.used} />
                    <Text size="xs">{term('column.active')}</Text>
                    <Count count={figure.active?.used} />
                    <Rate rate={figure.activeRate} kind="active" />
                  </div>
                ))}
              </SimpleGrid>
            </Section>
          )}
          {data.children.length > 0 && (
            <Section title={t('children')}>
              <ChildrenTable figures={data.children} />
            </Section>
          )}
          <TrendSection code={code} search={search} />
          <StandingSection code={code} search={search} />
          <Text size="xs" c="dimmed">
            {term('public.formula')}
          </Text>
        </Stack>
      )}
    </Stack>
  )
}
