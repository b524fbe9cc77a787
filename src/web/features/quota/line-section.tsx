import { Anchor, Badge, Button, Skeleton, Table, Text } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { lineQuery, type Place } from './queries.ts'
import { useQuotaText } from './texts.ts'

const FEW = 10
/** The server's page: whoever wants more than this looks at the list of proposals. */
const MANY = 100

/** Who waits, first in line first. */
export function LineSection({ place }: { place: Place }) {
  const t = useQuotaText()
  const times = useTimes()
  const [limit, setLimit] = useState(FEW)
  const { data, error } = useQuery({ ...lineQuery(place, limit), placeholderData: keepPreviousData })
  return (
    <Section title={t('line')}>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={80} />}
      {data?.items.length === 0 && <Text>{t('line.none')}</Text>}
      {data && data.items.length > 0 && (
        <Table verticalSpacing="xs" aria-label={t('line')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('line.place')}</Table.Th>
              <Table.Th>{t('line.name')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('line.receipt')}</Table.Th>
              <Table.Th>{t('line.approved')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((item) => (
              <Table.Tr key={item.proposalId}>
                <Table.Td>
                  <Badge variant="light" color="gray">
                    {times.number(item.place)}
                  </Badge>
                </Table.Td>
                <Table.Td>
                  <Anchor component={Link} to={`/usulan/${item.proposalId}`}>
                    {item.fullName}
                  </Anchor>
                </Table.Td>
                <Table.Td visibleFrom="sm">{item.receiptNumber}</Table.Td>
                <Table.Td>{times.day(item.approvedAt)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {data?.nextCursor && limit < MANY && (
        <Button variant="default" onClick={() => setLimit(MANY)}>
          {t('line.more')}
        </Button>
      )}
    </Section>
  )
}
