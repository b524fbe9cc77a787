import './receipt.css'
import { Badge, Button, Group, List, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../../app/session.ts'
import { usePollInterval } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { useMessageText } from '../../ui/contract-texts.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { getMessages } from '../proposals/calls.ts'
import { intakeQuery, messagesQuery } from '../proposals/queries.ts'
import { registerHousehold } from './calls.ts'
import { receiptQuery } from './queries.ts'
import { Receipt } from './receipt.tsx'
import { PAPERS, type Paper, recallPaper, rememberPaper } from './remembered.ts'
import { useIntakeText } from './texts.ts'

/** How far the message with the receipt number came. */
function Notice({ proposalId }: { proposalId: string }) {
  const t = useIntakeText()
  const words = useMessageText()
  const times = useTimes()
  const { data, error } = useQuery({ ...messagesQuery(proposalId), refetchInterval: usePollInterval() })
  if (!data) return error ? <ProblemNotice error={error} /> : <Skeleton h={40} />
  if (data.items.length === 0) return <Text size="sm">{t('result.notice.none')}</Text>
  return (
    <List listStyleType="none" spacing="xs">
      {data.items.map((message) => (
        <List.Item key={message.id}>
          <Group gap="xs">
            <Badge variant="light" tt="none">
              {words(`state.${message.state}`)}
            </Badge>
            <Text size="sm">{times.moment(message.createdAt)}</Text>
            {message.outcome && <Text size="sm">{words(`outcome.${message.outcome}`)}</Text>}
            {message.heldFor && <Text size="sm">{words(`held.${message.heldFor}`)}</Text>}
          </Group>
        </List.Item>
      ))}
    </List>
  )
}

/** What came of a registration: the receipt to print, who stands where, and whether the family was told. */
export function IntakeResultPage() {
  const t = useIntakeText()
  const may = useMay()
  const { intakeId } = useParams({ from: '/signed-in/pendaftaran/$intakeId' })
  const [paper, setPaper] = useState<Paper>(recallPaper)
  const receipt = useQuery(receiptQuery(intakeId))
  const intake = useQuery({ ...intakeQuery(intakeId), refetchInterval: usePollInterval() })
  const first = intake.data?.proposals[0]
  const choosePaper = (value: string): void => {
    const chosen = PAPERS.find((one) => one === value) ?? 'a6'
    rememberPaper(chosen)
    setPaper(chosen)
  }
  return (
    <Stack maw={900} mx="auto">
      <Group justify="space-between" className="not-printed">
        <Title order={1} size="h2">
          {t('result.title')}
        </Title>
        {may(registerHousehold) && (
          <Button component={Link} to="/pendaftaran">
            {t('result.next')}
          </Button>
        )}
      </Group>
      <ProblemNotice error={receipt.error ?? intake.error} />
      {receipt.isPending && <Skeleton h={300} />}
      {receipt.data && (
        <>
          <Group className="not-printed">
            <SegmentedControl
              aria-label={t('result.paper')}
              value={paper}
              onChange={choosePaper}
              data={PAPERS.map((one) => ({ value: one, label: t(`result.paper.${one}`) }))}
            />
            <Button variant="default" leftSection={<IconPrinter size={18} />} onClick={() => window.print()}>
              {t('result.print')}
            </Button>
          </Group>
          <Receipt receipt={receipt.data} paper={paper} />
        </>
      )}
      {intake.data && (
        <div className="not-printed">
          <Section title={t('result.members')}>
            {intake.data.proposals.map(({ id, fullName, nikMasked, state }) => (
              <Group key={id} justify="space-between">
                <Link to="/usulan/$id" params={{ id }}>
                  {fullName}
                </Link>
                <Group gap="xs">
                  <Text size="sm">{nikMasked ?? t('card.no-nik')}</Text>
                  <StateBadge state={state} />
                </Group>
              </Group>
            ))}
            {intake.data.otherMembers.map(({ fullName, nikMasked }) => (
              <Text key={`${fullName} ${nikMasked}`} size="sm">
                {fullName} · {t('card.listed')}
              </Text>
            ))}
          </Section>
        </div>
      )}
      {first && may(getMessages) && (
        <div className="not-printed">
          <Section title={t('result.notice')}>
            <Notice proposalId={first.id} />
          </Section>
        </div>
      )}
    </Stack>
  )
}
