import { Anchor, Button, Skeleton, Table, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { DriftPerson } from '../../../contracts/api/lists.ts'
import type { DriftKind } from '../../../contracts/list-terms.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { driftPeopleQuery } from './queries.ts'
import { useListText } from './texts.ts'

function Standing({ standing, segment, statusText }: DriftPerson['from'] & { statusText?: string | null }) {
  const t = useListText()
  return (
    <>
      <Text size="sm">{t(standing === null ? 'standing.none' : `standing.${standing}`)}</Text>
      <Text size="xs" c="dimmed">
        {[segment, statusText].filter((one) => one !== null && one !== undefined && one !== '').join(', ')}
      </Text>
    </>
  )
}

function Person({ person }: { person: DriftPerson }) {
  const t = useListText()
  const village = person.villageName ?? person.villageCode ?? t('village.unknown')
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          {person.fullName}
        </Text>
        <Text size="xs">{person.nikMasked}</Text>
        <Text size="xs" hiddenFrom="sm">
          {village}
        </Text>
        {person.proposalId !== null && (
          <Anchor
            component={Link}
            to={`/usulan/${person.proposalId}`}
            size="sm"
            aria-label={`${t('person.open')}: ${person.fullName}`}
          >
            {t('person.open')}
          </Anchor>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">{village}</Table.Td>
      <Table.Td>
        <Standing {...person.from} />
      </Table.Td>
      <Table.Td>
        <Standing {...person.to} />
      </Table.Td>
    </Table.Tr>
  )
}

/** Whom a change concerns, village by village. */
export function PeopleSection({
  driftId,
  kind,
  village,
}: {
  driftId: string
  kind: DriftKind
  village: string | undefined
}) {
  const t = useListText()
  const page = useInfiniteQuery(driftPeopleQuery(driftId, kind, village))
  const people = page.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Section title={t('people')}>
      <Text size="sm">{t('people.lead')}</Text>
      <ProblemNotice error={page.error} />
      {page.isPending && <Skeleton h={120} />}
      {page.isSuccess && people.length === 0 && <Text>{t('people.none')}</Text>}
      {people.length > 0 && (
        <Table verticalSpacing={4} aria-label={t('people')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('person.name')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('village')}</Table.Th>
              <Table.Th>{t('person.before')}</Table.Th>
              <Table.Th>{t('person.now')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.map((person, position) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: nothing else of a person on a work list is unique, and rows only come behind
              <Person key={position} person={person} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {page.hasNextPage && (
        <Button
          variant="default"
          w="fit-content"
          loading={page.isFetchingNextPage}
          onClick={() => void page.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </Section>
  )
}
