import {
  Anchor,
  Button,
  Fieldset,
  Group,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { CoverageRegion, CoverageResponse } from '../../../contracts/api/coverage.ts'
import {
  COVERAGE_SEGMENTS,
  COVERAGE_SOURCES,
  type CoverageSegment,
  type CoverageSource,
} from '../../../contracts/coverage-terms.ts'
import { useMay, useMe } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { localDay } from '../../lib/local-day.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { createRule, enterFigures, putContribution } from './calls.ts'
import { ContributionForm } from './contribution-form.tsx'
import { ImportSection } from './import-section.tsx'
import { COVERAGE, coverageQuery } from './queries.ts'
import { RuleForm } from './rule-form.tsx'
import { useCoverageTerms, useCoverageText } from './texts.ts'

const FIELDS = ['population', 'registered', 'active', 'printedCoverage', 'printedActive'] as const
type Field = (typeof FIELDS)[number]
/** What is typed for one region, as it stands. */
type Typed = Partial<Record<Field, string>>
type Source = Exclude<CoverageSource, 'list'>
const SOURCES = COVERAGE_SOURCES.filter((one): one is Source => one !== 'list')

/** "336.004" and "336 004" are one number. Something else stays what it is, for the server to say so. */
function toPeople(text: string | undefined): number | null {
  const digits = (text ?? '').replace(/[.,\s]/g, '')
  if (digits === '') return null
  return /^\d+$/.test(digits) ? Number(digits) : -1
}

const toRow = (regionCode: string, segment: CoverageSegment, typed: Typed) => ({
  regionCode,
  segment,
  population: toPeople(typed.population),
  registered: toPeople(typed.registered),
  active: toPeople(typed.active),
  printedCoverage: typed.printedCoverage?.replace('%', '').trim() || null,
  printedActive: typed.printedActive?.replace('%', '').trim() || null,
})

const isFilled = (typed: Typed | undefined): boolean => FIELDS.some((field) => (typed?.[field] ?? '').trim() !== '')

function FiguresForm({ regions }: { regions: readonly CoverageRegion[] }) {
  const t = useCoverageText()
  const term = useCoverageTerms()
  const client = useQueryClient()
  const [today] = useState(() => localDay(new Date()))
  const [month, setMonth] = useState(today.slice(0, 7))
  const [source, setSource] = useState<Source>('bpjs')
  const [segment, setSegment] = useState<CoverageSegment>('all')
  const [detail, setDetail] = useState('')
  const [asOf, setAsOf] = useState(today)
  const [typed, setTyped] = useState<Record<string, Typed>>({})
  const filled = regions.filter(({ code }) => isFilled(typed[code]))
  const save = useMutation({
    mutationFn: () =>
      enterFigures({
        body: {
          month,
          source,
          detail,
          asOf,
          rows: filled.map(({ code }) => toRow(code, segment, typed[code] ?? {})),
        },
      }),
    onSuccess: () => {
      setTyped({})
      return client.invalidateQueries({ queryKey: [COVERAGE] })
    },
  })
  const change = (code: string, field: Field, value: string): void => {
    save.reset()
    setTyped((former) => ({ ...former, [code]: { ...former[code], [field]: value } }))
  }
  return (
    <form onSubmit={onSubmit(() => save.mutate())}>
      <Stack>
        <Section title={t('document')}>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
            <TextInput
              type="month"
              label={term('column.month')}
              value={month}
              onChange={({ currentTarget }) => setMonth(currentTarget.value)}
              error={fieldError(save.error, 'month')}
              required
            />
            <Select
              label={t('document.kind')}
              data={SOURCES.map((value) => ({ value, label: term(`source.${value}`) }))}
              value={source}
              onChange={(value) => setSource(SOURCES.find((one) => one === value) ?? source)}
              allowDeselect={false}
            />
            <Select
              label={term('column.segment')}
              data={COVERAGE_SEGMENTS.map((value) => ({ value, label: term(`segment.${value}`) }))}
              value={segment}
              onChange={(value) => setSegment(COVERAGE_SEGMENTS.find((one) => one === value) ?? segment)}
              allowDeselect={false}
            />
            <TextInput
              label={t('document.name')}
              description={t('document.name.hint')}
              value={detail}
              onChange={({ currentTarget }) => setDetail(currentTarget.value)}
              error={fieldError(save.error, 'detail')}
              required
            />
            <TextInput
              type="date"
              label={t('document.as-of')}
              description={t('document.as-of.hint')}
              value={asOf}
              onChange={({ currentTarget }) => setAsOf(currentTarget.value)}
              error={fieldError(save.error, 'asOf')}
              required
            />
          </SimpleGrid>
        </Section>
        <ImportSection document={{ month, source, detail, asOf }} />
        <Section title={t('figures')}>
          <Text size="sm">{t('figures.hint')}</Text>
          {regions.map(({ code, name }) => {
            const row = filled.findIndex((region) => region.code === code)
            return (
              <Fieldset key={code} legend={name}>
                <SimpleGrid cols={{ base: 2, sm: 5 }} spacing="xs">
                  {FIELDS.map((field) => (
                    <TextInput
                      key={field}
                      label={t(`field.${field}`)}
                      value={typed[code]?.[field] ?? ''}
                      onChange={({ currentTarget }) => change(code, field, currentTarget.value)}
                      error={row < 0 ? undefined : fieldError(save.error, `rows.${row}.${field}`)}
                      inputMode={field.startsWith('printed') ? 'decimal' : 'numeric'}
                      autoComplete="off"
                    />
                  ))}
                </SimpleGrid>
              </Fieldset>
            )
          })}
          <ProblemNotice error={save.error} />
          <Text role="status" size="sm">
            {save.data && t('saved', { count: save.data.changed })}
          </Text>
          <Group>
            <Button type="submit" loading={save.isPending} disabled={filled.length === 0}>
              {t('save', { count: filled.length })}
            </Button>
          </Group>
        </Section>
      </Stack>
    </form>
  )
}

const regionsOf = ({ figure, children }: CoverageResponse): CoverageRegion[] =>
  [figure, ...children].map(({ region }) => region)

/** Figures of a document for a region and those right below it, with their source and date; contributions, and rules of the region. */
export function CoverageEntryPage() {
  const t = useCoverageText()
  const me = useMe()
  const may = useMay()
  const { wilayah } = useSearch({ from: '/signed-in/cakupan/isi' })
  const code = wilayah ?? me.regionCode
  const { data, error } = useQuery(coverageQuery(code, {}))
  return (
    <Stack maw={1100} mx="auto">
      <Anchor size="sm" renderRoot={(props) => <Link to="/cakupan" search={{ wilayah: code }} {...props} />}>
        {t('back')}
      </Anchor>
      <div>
        <Title order={1} size="h2">
          {data ? t('entry.title', { region: data.figure.region.name }) : t('enter')}
        </Title>
        <Text size="sm">{t('entry.lead')}</Text>
      </div>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={320} />}
      {data && <FiguresForm key={code} regions={regionsOf(data)} />}
      {data && may(putContribution) && <ContributionForm code={code} />}
      {data && may(createRule) && <RuleForm code={code} />}
    </Stack>
  )
}
