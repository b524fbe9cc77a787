import { Alert, Anchor, Button, Group, List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PersonStanding } from '../../../contracts/api/persons.ts'
import { findNikDifferences, findNikFault } from '../../../contracts/primitives/nik-digits.ts'
import { useMay } from '../../app/session.ts'
import { readDate } from '../../ui/date-text.ts'
import { useTerms } from '../../ui/terms/terms.ts'
import { lookUpPerson } from './calls.ts'
import type { MemberDraft } from './draft.ts'
import { nikRegionQuery, personQuery } from './queries.ts'
import { useIntakeText } from './texts.ts'

function Standing({
  standing,
  isProposed,
  onList,
}: {
  standing: PersonStanding
  isProposed: boolean
  onList: () => void
}) {
  const t = useIntakeText()
  const terms = useTerms()
  const { proposed, proposal, membership } = standing
  const { outcome, statusText } = membership
  return (
    <>
      {proposed === 'elsewhere' && <Alert color="orange">{t('person.elsewhere')}</Alert>}
      {proposal && (
        <Alert color="orange">
          {t('person.here', { state: terms(`state.${proposal.state}`) })}{' '}
          <Anchor component={Link} to={`/usulan/${proposal.id}`} inherit>
            {proposal.receiptNumber}
          </Anchor>
        </Alert>
      )}
      {outcome === 'found_active' && (
        <Alert color="green" title={t('person.active.title')}>
          <Group justify="space-between">
            <Text size="sm">{t('person.active.text')}</Text>
            {isProposed && (
              <Button size="xs" variant="default" onClick={onList} data-aside>
                {t('person.active.list')}
              </Button>
            )}
          </Group>
        </Alert>
      )}
      {outcome === 'found_inactive' && (
        <Alert color="orange" title={t('person.inactive.title')}>
          {statusText !== null && <Text size="sm">{t('person.inactive.status', { status: statusText })}</Text>}
          <Text size="sm">{t('person.inactive.text')}</Text>
        </Alert>
      )}
      {outcome === 'found_mismatch' && <Alert color="orange">{t('person.mismatch')}</Alert>}
      {outcome === 'not_found' && (
        <Text size="sm" c="dimmed">
          {t('person.not-found')}
        </Text>
      )}
      {outcome === 'unavailable' && (
        <Text size="sm" c="dimmed">
          {t('person.unavailable')}
        </Text>
      )}
    </>
  )
}

type Props = {
  member: MemberDraft
  /** As it stood when the field was last left: nobody is asked about half a name. */
  fullName: string
  onList: () => void
}

/** What the NIK of a row says, and what is known of the person, told while the officer types on. Nothing here holds entry up or moves it. */
export function PersonHints(props: Props) {
  return (
    <Stack gap="xs" role="status">
      {findNikFault(props.member.nik) === null && <Told {...props} />}
    </Stack>
  )
}

function Told({ member, fullName, onList }: Props) {
  const t = useIntakeText()
  const may = useMay()
  const { nik } = member
  const birthDate = readDate(member.birthDate)
  const region = useQuery(nikRegionQuery(nik))
  const person = useQuery({ ...personQuery(nik, fullName, birthDate), enabled: may(lookUpPerson) })
  const differences = birthDate && member.sex ? findNikDifferences(nik, { birthDate, sex: member.sex }) : []
  const kabkota = region.data?.ancestors.at(-1)?.name
  return (
    <>
      {region.data && (
        <Text size="sm" c="dimmed">
          {t('nik.region', { kecamatan: region.data.name, kabkota: kabkota ?? '' })}
        </Text>
      )}
      {region.data === null && <Text size="sm">{t('nik.region-unknown')}</Text>}
      {differences.length > 0 && (
        <Alert color="orange" title={t('nik.differs')}>
          <List size="sm">
            {differences.map((code) => (
              <List.Item key={code}>{t(`issue.${code}`, { field: 'NIK' })}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {person.data && <Standing standing={person.data} isProposed={member.propose} onList={onList} />}
      {person.isFetching && !person.data && (
        <Text size="sm" c="dimmed">
          {t('person.asking')}
        </Text>
      )}
      {person.isError && (
        <Text size="sm" c="dimmed">
          {t('person.unavailable')}
        </Text>
      )}
    </>
  )
}
