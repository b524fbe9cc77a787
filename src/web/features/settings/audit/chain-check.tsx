import { Alert, Button, Code, Progress, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { AuditCheck } from '../../../../contracts/api/audit.ts'
import { useTimes } from '../../../lib/time.ts'
import { ProblemNotice } from '../../../ui/problem-notice.tsx'
import { Section } from '../../../ui/section.tsx'
import { verifyAudit } from '../calls.ts'
import { useAuditText } from '../texts.ts'

/** Whether nobody has changed, removed or put in anything: asked part by part, from the first entry to the last. */
export function ChainCheck() {
  const t = useAuditText()
  const times = useTimes()
  const [reached, setReached] = useState<AuditCheck | null>(null)
  const check = useMutation({
    mutationFn: async () => {
      setReached(null)
      let part = await verifyAudit({ body: {} })
      setReached(part)
      while (part.next) {
        part = await verifyAudit({ body: { from: part.next } })
        setReached(part)
      }
      return part
    },
  })
  const { data } = check
  const done = reached && reached.total > 0 ? (100 * reached.head.position) / reached.total : 0
  return (
    <Section
      title={t('chain.title')}
      aside={
        <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
          {t('chain.start')}
        </Button>
      }
    >
      <Text size="sm">{t('chain.text')}</Text>
      {check.isPending && <Progress value={done} aria-label={t('chain.title')} />}
      <ProblemNotice error={check.error} />
      {data && !data.fault && (
        <Alert color="green" variant="light" title={t('chain.whole')} role="status">
          <Stack gap="xs">
            <Text>
              {t('chain.count', {
                verified: times.number(data.head.position),
                unsealed: times.number(data.unsealed),
              })}
            </Text>
            <Text size="sm">{t('chain.note')}</Text>
            <Code style={{ overflowWrap: 'anywhere' }}>{`${data.head.position}:${data.head.hash}`}</Code>
          </Stack>
        </Alert>
      )}
      {data?.fault && (
        <Alert color="red" title={t('chain.broken')} role="alert">
          {t(`chain.fault.${data.fault.kind}`, {
            position: String(data.fault.position ?? '–'),
            eventId: String(data.fault.eventId ?? '–'),
          })}
        </Alert>
      )}
    </Section>
  )
}
