import { Alert, Button, Group, Menu, Stack, Text, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { ANSWER_MAX_LENGTH } from '../../../contracts/api/answer-length.ts'
import type { ConversationItem } from '../../../contracts/api/whatsapp-inbox.ts'
import { useMay, useMe } from '../../app/session.ts'
import { useKeys } from '../../lib/keys.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { ApiProblem, isCode } from '../../lib/problem.ts'
import { useTimes } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { KeyHint } from '../../ui/key-hint.tsx'
import { answerConversation, claimConversation, listQuickReplies } from './calls.ts'
import { InboxProblem } from './inbox-problem.tsx'
import { quickRepliesQuery } from './queries.ts'
import { useInboxText } from './texts.ts'
import { forgetSent, keepUnsent, unsentKey, unsentText } from './unsent-answers.ts'
import { useAct } from './use-conversation.ts'

const MINUTE_MS = 60_000

function QuickReplies({ onPick }: { onPick: (text: string) => void }) {
  const t = useInboxText()
  const { data } = useQuery(quickRepliesQuery)
  return (
    <Menu position="top-start" width={320} returnFocus={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" disabled={!data}>
          {t('quick')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {data?.items.map(({ key, text }) => (
          <Menu.Item key={key} onClick={() => onPick(text)}>
            <Text size="sm" fw={600}>
              {t(`quick.${key}`)}
            </Text>
            <Text size="xs" lineClamp={2} lang="id">
              {text}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Why an answer would be refused now; null: it would not. */
function useObstacle({ optedOut, wrongNumber, freeUntil }: ConversationItem): string | null {
  const t = useInboxText()
  const times = useTimes()
  const now = useNow(MINUTE_MS)
  if (optedOut) return t('obstacle.opted-out')
  if (wrongNumber) return t('obstacle.wrong-number')
  if (freeUntil === null || Date.parse(freeUntil) > now.getTime()) return null
  return t('obstacle.window', { at: times.moment(freeUntil) })
}

/** What is wrong with the text itself stands at its field. */
function fieldError(error: unknown): string | null {
  if (isCode(error, 'message_holds_identity_number')) return error.body.detail
  if (!(error instanceof ApiProblem)) return null
  return error.body.errors?.find(({ path }) => path === 'text')?.message ?? null
}

type AnswerProps = { conversation: ConversationItem; isMine: boolean }

/** Takes the conversation over from the bot, then answers. What is typed stays until it is sent, wherever the officer goes meanwhile. */
export function AnswerForm({ conversation, isMine }: AnswerProps) {
  const t = useInboxText()
  const may = useMay()
  const me = useMe()
  const { id, claimedBy } = conversation
  const [text, setText] = useState(() => unsentText(id))
  const field = useRef<HTMLTextAreaElement>(null)
  const hasJustClaimed = useRef(false)
  const obstacle = useObstacle(conversation)
  const type = (to: string): void => {
    keepUnsent(id, to)
    setText(to)
  }
  const claim = useAct((takeOver: boolean) => claimConversation({ params: { id }, body: { takeOver } }))
  const send = useAct(async () => {
    const key = unsentKey(id)
    await answerConversation({ params: { id }, body: { key, text: text.trim() } })
    forgetSent(id, key)
    setText('')
  })
  const isTakeOver = claimedBy !== null && !isMine
  const isClaimable = !isMine && may(claimConversation) && (!isTakeOver || me.role === 'supervisor')
  const take = (): void => {
    hasJustClaimed.current = true
    claim.mutate(isTakeOver)
  }
  const isSendable = obstacle === null && text.trim() !== '' && !send.isPending
  const submit = (): void => {
    if (isSendable) send.mutate()
  }
  useEffect(() => {
    if (!isMine || !hasJustClaimed.current) return
    hasJustClaimed.current = false
    field.current?.focus()
  }, [isMine])
  useKeys({
    c: isClaimable && !isTakeOver ? take : undefined,
    r: isMine ? () => field.current?.focus() : undefined,
    Escape: isMine ? () => field.current?.blur() : undefined,
  })
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // While letters are put together, Enter ends the word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    submit()
  }
  const insert = (reply: string): void => {
    const { selectionStart: from = text.length, selectionEnd: to = text.length } = field.current ?? {}
    type(`${text.slice(0, from)}${reply}${text.slice(to)}`)
    field.current?.focus()
  }
  const wrong = fieldError(send.error)

  if (!may(answerConversation)) return null
  return (
    <Stack gap="xs">
      {obstacle !== null && (
        <Alert color="orange" p="xs">
          {obstacle}
        </Alert>
      )}
      <InboxProblem error={claim.error} />
      {wrong === null && <InboxProblem error={send.error} />}
      {isMine ? (
        <form onSubmit={onSubmit(submit)}>
          <Stack gap="xs">
            <Textarea
              ref={field}
              label={t('answer')}
              description={t('answer.keys')}
              inputWrapperOrder={['label', 'input', 'error', 'description']}
              lang="id"
              value={text}
              onChange={({ currentTarget }) => type(currentTarget.value)}
              onKeyDown={onKeyDown}
              readOnly={send.isPending}
              error={wrong}
              maxLength={ANSWER_MAX_LENGTH}
              enterKeyHint="send"
              autosize
              minRows={2}
              maxRows={6}
            />
            <Group justify="space-between">
              {may(listQuickReplies) && <QuickReplies onPick={insert} />}
              <Button type="submit" loading={send.isPending} disabled={!isSendable && !send.isPending}>
                {t('answer.send')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <>
          {text !== '' && <Textarea label={t('answer.unsent')} lang="id" value={text} readOnly autosize maxRows={4} />}
          {isClaimable && (
            <Group gap="xs">
              <Button
                loading={claim.isPending}
                onClick={take}
                {...(!isTakeOver && { rightSection: <KeyHint keys="c" />, 'aria-keyshortcuts': 'c' })}
              >
                {t(isTakeOver ? 'act.take-over' : 'act.claim')}
              </Button>
              <Text size="sm">{t(isTakeOver ? 'act.take-over.hint' : 'act.claim.hint')}</Text>
            </Group>
          )}
          {isTakeOver && !isClaimable && <Text size="sm">{t('answer.held', { name: claimedBy.name })}</Text>}
        </>
      )}
    </Stack>
  )
}
