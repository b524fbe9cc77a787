import { Anchor, Badge, Table, Text } from '@mantine/core'
import { Link, useSearch } from '@tanstack/react-router'
import type { CoverageFigure } from '../../../contracts/api/coverage.ts'
import { Count, Rate } from './figure-parts.tsx'
import { useCoverageTerms, useCoverageText } from './texts.ts'

/** What is only missing is seen from its cell. */
const isMissing = (flag: string): boolean => flag.endsWith('_missing')

function Row({ figure }: { figure: CoverageFigure }) {
  const t = useCoverageText()
  const term = useCoverageTerms()
  const search = useSearch({ from: '/signed-in/cakupan' })
  const { region, population, registered, active, coverage, activeRate } = figure
  const flags = figure.flags.filter((flag) => !isMissing(flag))
  return (
    <Table.Tr>
      <Table.Th scope="row">
        <Anchor
          size="sm"
          fw={600}
          renderRoot={(props) => <Link to="/cakupan" search={{ ...search, wilayah: region.code }} {...props} />}
        >
          {region.name}
        </Anchor>
        {flags.length > 0 && (
          <Text size="xs" component="div" fw={400}>
            <Badge color="orange" variant="outline" size="sm" tt="none">
              {t('row.flags', { count: flags.length })}
            </Badge>
            <span className="coverage-row-flags"> {flags.map((flag) => term(`flag.${flag}`)).join(' ')}</span>
          </Text>
        )}
      </Table.Th>
      <Table.Td visibleFrom="sm">
        <Count count={population?.used} />
      </Table.Td>
      <Table.Td>
        <Count count={registered?.used} />
        <Rate rate={coverage} kind="coverage" />
      </Table.Td>
      <Table.Td>
        <Count count={active?.used} />
        <Rate rate={activeRate} kind="active" />
      </Table.Td>
    </Table.Tr>
  )
}

/** The regions right below, each a way to its own. */
export function ChildrenTable({ figures }: { figures: readonly CoverageFigure[] }) {
  const t = useCoverageText()
  const term = useCoverageTerms()
  return (
    <Table
      verticalSpacing="xs"
      horizontalSpacing={6}
      layout="fixed"
      aria-label={t('children')}
      className="coverage-table"
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{term('column.name')}</Table.Th>
          <Table.Th visibleFrom="sm">{term('column.population')}</Table.Th>
          <Table.Th>{term('column.registered')}</Table.Th>
          <Table.Th>{term('column.active')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {figures.map((figure) => (
          <Row key={figure.region.code} figure={figure} />
        ))}
      </Table.Tbody>
    </Table>
  )
}
