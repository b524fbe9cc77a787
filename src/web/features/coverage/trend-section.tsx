import { Button, Skeleton, Table, Text } from '@mantine/core'
import { IconPhoto } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { keepFile } from '../../lib/keep-file.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import type { CoverageSearch } from './coverage-search.ts'
import { trendQuery } from './queries.ts'
import { useCoverageTerms, useCoverageText } from './texts.ts'
import { isPartial, TrendChart, toPicture } from './trend-chart.tsx'
import { useFigureWords } from './words.ts'

/** The months of a region as a chart, with its table, and as a picture for a slide. */
export function TrendSection({ code, search }: { code: string; search: CoverageSearch }) {
  const t = useCoverageText()
  const term = useCoverageTerms()
  const words = useFigureWords()
  const chart = useRef<SVGSVGElement>(null)
  const { data, error } = useQuery(trendQuery(code, search))
  const picture = useMutation({
    mutationFn: async () => {
      if (!chart.current) return
      keepFile({ content: await toPicture(chart.current), name: `cakupan-${code}.png` })
    },
  })
  const isEmpty =
    data?.points.every((point) => isPartial(point) || (point.coverage === null && point.activeRate === null)) ?? false
  return (
    <Section
      title={t('trend')}
      aside={
        data &&
        !isEmpty && (
          <Button
            className="not-printed"
            variant="default"
            size="compact-md"
            leftSection={<IconPhoto size={16} />}
            loading={picture.isPending}
            onClick={() => picture.mutate()}
          >
            {t('trend.png')}
          </Button>
        )
      }
    >
      <ProblemNotice error={error ?? picture.error} />
      {!data && !error && <Skeleton h={200} />}
      {data && isEmpty && <Text size="sm">{t('trend.none')}</Text>}
      {data && !isEmpty && (
        <>
          <TrendChart trend={data} ref={chart} />
          <details>
            <summary>{t('trend.table')}</summary>
            <Table aria-label={t('trend')} layout="fixed" verticalSpacing={4} horizontalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{term('column.month')}</Table.Th>
                  <Table.Th visibleFrom="sm">{term('column.population')}</Table.Th>
                  <Table.Th>{term('column.registered')}</Table.Th>
                  <Table.Th>{term('column.active')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.points.toReversed().map((point) => {
                  const { month, population, registered, active, coverage, activeRate } = point
                  return (
                    <Table.Tr key={month}>
                      <Table.Td>
                        {words.month(month)}
                        {isPartial(point) && ` (${term('public.partial')})`}
                      </Table.Td>
                      <Table.Td visibleFrom="sm">{population ? words.number(population.used.people) : '–'}</Table.Td>
                      <Table.Td>
                        {registered ? words.number(registered.used.people) : '–'}
                        {coverage && ` (${words.percent(coverage.hundredths)})`}
                      </Table.Td>
                      <Table.Td>
                        {active ? words.number(active.used.people) : '–'}
                        {activeRate && ` (${words.percent(activeRate.hundredths)})`}
                      </Table.Td>
                    </Table.Tr>
                  )
                })}
              </Table.Tbody>
            </Table>
          </details>
        </>
      )}
    </Section>
  )
}
