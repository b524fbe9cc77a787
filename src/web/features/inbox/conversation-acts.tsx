import { Button, Group, Menu, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { ConversationItem, ConversationMessage } from '../../../contracts/api/whatsapp-inbox.ts'
import { useMay } from '../../app/session.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { closeConversation, confirmNumber, markRead, pauseBot, releaseConversation, resumeBot } from './calls.ts'
import { InboxProblem } from './inbox-problem.tsx'
import { useInboxText } from './texts.ts'
import { useAct } from './use-conversation.ts'

const PAUSES = [30, 60, 240, 1440] as const

type ActsProps = { conversation: ConversationItem; latest: ConversationMessage | undefined; isMine: boolean }

/** Everything but claiming and answering, which stand at the answer. Only what the server would allow now is offered. */
export function ConversationActs({ conversation, latest, isMine }: ActsProps) {
  const t = useInboxText()
  const may = useMay()
  const { id, wrongNumber, verified, stranger } = conversation
  const [isConfirming, setConfirming] = useState(false)
  const act = useAct((run: () => Promise<unknown>) => run())
  const of = { params: { id } }
  const isConfirmable = isMine && may(confirmNumber) && (wrongNumber || !(verified || stranger))
  const error = <InboxProblem error={act.error} />
  return (
    <>
      {error}
      <Group gap="xs">
        {isMine && may(closeConversation) && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={act.isPending}
            title={t('act.close.hint')}
            onClick={() => act.mutate(() => closeConversation(of))}
          >
            {t('act.close')}
          </Button>
        )}
        {isMine && may(releaseConversation) && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={act.isPending}
            title={t('act.release.hint')}
            onClick={() => act.mutate(() => releaseConversation(of))}
          >
            {t('act.release')}
          </Button>
        )}
        {conversation.botPausedUntil !== null
          ? may(resumeBot) && (
              <Button
                size="compact-sm"
                variant="default"
                disabled={act.isPending}
                onClick={() => act.mutate(() => resumeBot(of))}
              >
                {t('act.resume-bot')}
              </Button>
            )
          : may(pauseBot) &&
            !isMine && (
              <Menu position="bottom-start" withInitialFocusPlaceholder={false}>
                <Menu.Target>
                  <Button size="compact-sm" variant="default" disabled={act.isPending}>
                    {t('act.pause-bot')}
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  {PAUSES.map((minutes) => (
                    <Menu.Item key={minutes} onClick={() => act.mutate(() => pauseBot({ ...of, body: { minutes } }))}>
                      {t('act.pause-bot.for', { minutes, hours: minutes / 60 })}
                    </Menu.Item>
                  ))}
                </Menu.Dropdown>
              </Menu>
            )}
        {isConfirmable && (
          <Button size="compact-sm" variant="default" disabled={act.isPending} onClick={() => setConfirming(true)}>
            {t('act.confirm-number')}
          </Button>
        )}
        {/* Last: it goes by itself when the holder has read, and must not take the place of another under the hand. */}
        {conversation.unread > 0 && latest && may(markRead) && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={act.isPending}
            onClick={() => act.mutate(() => markRead({ ...of, body: { upTo: latest.id } }))}
          >
            {t('act.read')}
          </Button>
        )}
      </Group>
      <Dialog opened={isConfirming} onClose={() => setConfirming(false)} title={t('act.confirm-number')}>
        <Stack>
          <Text>{t('act.confirm-number.sure')}</Text>
          {error}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setConfirming(false)}>
              {t('cancel')}
            </Button>
            <Button
              loading={act.isPending}
              onClick={() => act.mutate(() => confirmNumber(of), { onSuccess: () => setConfirming(false) })}
            >
              {t('act.confirm-number')}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  )
}
