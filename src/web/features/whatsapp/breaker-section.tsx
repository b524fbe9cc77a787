import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { BreakerState } from '../../../contracts/api/whatsapp-pacing.ts'
import { useMay } from '../../app/session.ts'
import { WHATSAPP } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { closeBreaker } from './calls.ts'
import { useWhatsappText } from './texts.ts'

/** Whether trouble of the account holds messages back, and the way to go on. */
export function BreakerSection({ breaker }: { breaker: BreakerState }) {
  const t = useWhatsappText()
  const times = useTimes()
  const may = useMay()
  const client = useQueryClient()
  const close = useMutation({
    mutationFn: () => closeBreaker({}),
    onSettled: () => client.invalidateQueries({ queryKey: [WHATSAPP] }),
  })
  return (
    <Section title={t('breaker.title')}>
      {breaker.state === 'closed' ? (
        <Text>{t('breaker.closed')}</Text>
      ) : (
        <Alert color="red" variant="light">
          <Stack gap="xs">
            <Text>
              {t(breaker.scope === 'cold' ? 'breaker.open.cold' : 'breaker.open', {
                at: breaker.openedAt ? times.moment(breaker.openedAt) : '–',
                count: breaker.waiting,
                code: breaker.code ?? '–',
              })}
            </Text>
            {breaker.state === 'half_open' && <Text>{t('breaker.probing')}</Text>}
            {breaker.state === 'open' && breaker.probeAt && (
              <Text>{t('breaker.probe', { at: times.moment(breaker.probeAt) })}</Text>
            )}
            {breaker.scope === 'cold' && <Text>{t('breaker.by-person')}</Text>}
            <ProblemNotice error={close.error} />
            {may(closeBreaker) && (
              <Group>
                <Button loading={close.isPending} onClick={() => close.mutate()}>
                  {t('breaker.close')}
                </Button>
                <Text size="sm">{t('breaker.close.hint')}</Text>
              </Group>
            )}
          </Stack>
        </Alert>
      )}
    </Section>
  )
}
