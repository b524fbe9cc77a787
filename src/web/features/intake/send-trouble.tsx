import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { isKept, onKept } from '../../lib/sealed-store.ts'
import { useIntakeText } from './texts.ts'
import type { Phase } from './use-send.ts'

type Props = { phase: Phase; isLong: boolean; onAgain: () => void; onKeep: () => void }

/** What became of a form that nobody has answered for, and what can be done about it. */
export function SendTrouble({ phase, isLong, onAgain, onKeep }: Props) {
  const t = useIntakeText()
  const isStored = useSyncExternalStore(onKept, isKept)
  if (phase !== 'unknown' && phase !== 'stopped') return null
  const isStopped = phase === 'stopped'
  return (
    <Alert color="orange" title={t(isStopped ? 'send.stopped.title' : 'send.unknown.title')} role="alert">
      <Stack gap="sm">
        <Group wrap="nowrap">
          {!isStopped && <Loader size="sm" />}
          <Text size="sm">{t(isStopped ? 'send.stopped.text' : 'send.unknown.text')}</Text>
        </Group>
        {(isStopped || isLong) && (
          <>
            <Text size="sm">{t(isStored ? 'send.safe' : 'send.safe.memory')}</Text>
            <Group>
              <Button size="xs" onClick={onAgain}>
                {t('send.again')}
              </Button>
              <Button size="xs" variant="default" onClick={onKeep}>
                {t('send.keep')}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Alert>
  )
}
