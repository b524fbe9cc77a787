import { Alert, Box, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { WhatsappSession } from '../../../contracts/api/whatsapp-session.ts'
import { WHATSAPP } from '../../lib/live.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { ApiProblem, isCode } from '../../lib/problem.ts'
import { useNow } from '../../lib/use-now.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { askPairingCode, askQr, getQr, logOutSession, restartSession } from './calls.ts'
import { useWhatsappText } from './texts.ts'

/** Each look is an entry of the audit log. A new code is told by the stream; this is for when the stream is held up. */
const QR_POLL_MS = 10_000

const secondsUntil = (at: string, now: Date): number => Math.max(0, Math.ceil((Date.parse(at) - now.getTime()) / 1000))

function Countdown({ until, onEnd }: { until: string; onEnd: () => void }) {
  const t = useWhatsappText()
  const seconds = secondsUntil(until, useNow(500))
  const isOver = seconds === 0
  const end = useRef(onEnd)
  useEffect(() => {
    end.current = onEnd
  })
  useEffect(() => {
    if (isOver) end.current()
  }, [isOver])
  // The server gives only codes that hold: a clock that goes wrong on this device must not hide one.
  return <Text size="sm">{isOver ? t('link.expiring') : t('link.expires', { seconds })}</Text>
}

function Codes() {
  const t = useWhatsappText()
  // Never kept: whoever scans it has the office's WhatsApp.
  const { data, error, refetch } = useQuery({
    queryKey: [WHATSAPP, 'qr'],
    queryFn: ({ signal }) => getQr({}, { signal, isBackground: true }),
    refetchInterval: QR_POLL_MS,
    gcTime: 0,
    staleTime: 0,
  })
  const look = (): void => void refetch()
  // Looking on one's own asks for a password where one is wanted; a page that asks by itself never interrupts.
  const again = useMutation({ mutationFn: () => getQr({}), onSuccess: look })
  if (error || !data) {
    return (
      <Stack gap="xs" align="flex-start">
        <ProblemNotice error={error} />
        {isCode(error, 'step_up_required') && (
          <Button loading={again.isPending} onClick={() => again.mutate()}>
            {t('link.look')}
          </Button>
        )}
      </Stack>
    )
  }
  const { qr, pairingCode, pairingRequest } = data
  return (
    <Stack gap="xs">
      {pairingCode && (
        <div>
          <Text>{t('link.code.shown')}</Text>
          <Text
            fz={32}
            fw={700}
            ff="monospace"
            aria-label={pairingCode.code.replaceAll(/(?<=.)(?=.)/g, ' ')}
            role="img"
          >
            {pairingCode.code}
          </Text>
          <Countdown until={pairingCode.expiresAt} onEnd={look} />
        </div>
      )}
      {pairingRequest === 'open' && !pairingCode && <Text role="status">{t('link.code.open')}</Text>}
      {pairingRequest === 'refused' && <Text role="status">{t('link.code.refused')}</Text>}
      {qr && (
        <>
          <Text>{t('link.text')}</Text>
          <Box
            w={{ base: 240, sm: 280 }}
            p={8}
            bg="white"
            role="img"
            aria-label={t('link.qr')}
            // Drawn by our server from the code alone.
            dangerouslySetInnerHTML={{ __html: qr.svg }}
          />
          <Countdown key={qr.expiresAt} until={qr.expiresAt} onEnd={look} />
        </>
      )}
      {!qr && !pairingCode && <Text>{t('link.none')}</Text>}
    </Stack>
  )
}

type Request = { what: 'qr' | 'code' | 'restart' | 'log-out'; phone?: string }

const send = ({ what, phone = '' }: Request): Promise<unknown> => {
  if (what === 'code') return askPairingCode({ body: { phone } })
  if (what === 'qr') return askQr({})
  return what === 'restart' ? restartSession({}) : logOutSession({})
}

/** What is wrong with the number itself stands at its field. */
const phoneError = (error: unknown): string | undefined =>
  error instanceof ApiProblem ? error.body.errors?.find(({ path }) => path === 'phone')?.message : undefined

/** Links the office's phone: a live code to scan or to type, a fresh start, and the way out. */
export function LinkSection({ session }: { session: WhatsappSession }) {
  const t = useWhatsappText()
  const client = useQueryClient()
  const [phone, setPhone] = useState('')
  const [isLeaving, setLeaving] = useState(false)
  const { state, detailCode, since, pairing: isPairing } = session
  const isLinked = state === 'connected' || state === 'syncing'
  const situation = `${state} ${detailCode} ${since}`
  const ask = useMutation({
    mutationFn: async (request: Request) => {
      await send(request)
      return situation
    },
    onSettled: () => {
      setLeaving(false)
      return client.invalidateQueries({ queryKey: [WHATSAPP] })
    },
  })
  // Once anything has changed, the state says what came of it; codes show for themselves.
  const isAwaited = ask.isSuccess && ask.data === situation && !isPairing
  const wrongPhone = phoneError(ask.error)
  return (
    <Section title={t(isLinked ? 'link.title.linked' : 'link.title')}>
      {isPairing && <Codes />}
      {ask.error && wrongPhone === undefined && <ProblemNotice error={ask.error} />}
      {isAwaited && (
        <Alert color="green" variant="light" role="status">
          {t('asked')}
        </Alert>
      )}
      {isPairing && (
        <form onSubmit={onSubmit(() => ask.mutate({ what: 'code', phone }))}>
          <Group align="flex-start" gap="xs">
            <TextInput
              label={t('link.phone')}
              value={phone}
              onChange={({ currentTarget }) => setPhone(currentTarget.value)}
              inputMode="tel"
              autoComplete="off"
              error={wrongPhone}
              required
            />
            <Button
              type="submit"
              variant="default"
              mt={{ base: 0, sm: 25 }}
              loading={ask.isPending && ask.variables.what === 'code'}
            >
              {t('link.code')}
            </Button>
          </Group>
        </form>
      )}
      <Group gap="xs">
        {!isLinked && (
          <Button variant="default" disabled={ask.isPending} onClick={() => ask.mutate({ what: 'qr' })}>
            {t('link.ask')}
          </Button>
        )}
        <Button
          variant={detailCode === 'conflict' ? 'filled' : 'default'}
          disabled={ask.isPending}
          onClick={() => ask.mutate({ what: 'restart' })}
        >
          {t('link.restart')}
        </Button>
        {!isPairing && (
          <Button variant="outline" color="red" disabled={ask.isPending} onClick={() => setLeaving(true)}>
            {t('link.log-out')}
          </Button>
        )}
      </Group>
      <Dialog opened={isLeaving} onClose={() => setLeaving(false)} title={t('link.log-out')}>
        <Stack>
          <Text>{t('link.log-out.sure')}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setLeaving(false)}>
              {t('link.cancel')}
            </Button>
            <Button color="red" loading={ask.isPending} onClick={() => ask.mutate({ what: 'log-out' })}>
              {t('link.log-out')}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </Section>
  )
}
