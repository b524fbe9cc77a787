import { Stack, Text, Title } from '@mantine/core'
import { Section } from '../../ui/section.tsx'
import { QueueTable } from '../proposals/queue-table.tsx'
import { useCorrectionText } from './texts.ts'

const QUEUES = ['to_correct', 'reactivation'] as const

/** What came back to the office, due first. */
export function CorrectionsPage() {
  const t = useCorrectionText()
  return (
    <Stack maw={1100} mx="auto">
      <div>
        <Title order={1} size="h2">
          {t('list.title')}
        </Title>
        <Text>{t('list.lead')}</Text>
      </div>
      {QUEUES.map((queue) => (
        <Section key={queue} title={t(`list.${queue}`)}>
          <QueueTable
            queue={queue}
            label={t(`list.${queue}`)}
            empty={t('list.empty')}
            due={t('list.due')}
            toOf={(id) => `/perbaikan/${id}`}
          />
        </Section>
      ))}
    </Stack>
  )
}
