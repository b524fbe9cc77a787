import { Anchor, Box, Button, Group, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { z } from 'zod'
import type {
  simulatorMessagesQuery,
  simulatorMessagesResponse,
  simulatorWriteBody,
  simulatorWriteResponse,
} from '../../../contracts/api/whatsapp.ts'
import { defineCall } from '../../lib/call.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { useWhatsappText } from './texts.ts'

const readPhone = defineCall<{
  query: z.input<typeof simulatorMessagesQuery>
  response: z.output<typeof simulatorMessagesResponse>
}>('GET', '/api/v1/simulator/messages')
const writeAsResident = defineCall<{
  body: z.input<typeof simulatorWriteBody>
  response: z.output<typeof simulatorWriteResponse>
}>('POST', '/api/v1/simulator/messages')

const POLL_MS = 2_000

type Line = { id: string; body: string; at: string; isOwn: boolean }

function Bubble({ line }: { line: Line }) {
  const times = useTimes()
  return (
    <Paper
      p="xs"
      maw="85%"
      ml={line.isOwn ? 'auto' : 0}
      bg={line.isOwn ? 'var(--mantine-color-green-light)' : 'var(--mantine-color-default)'}
      withBorder
    >
      <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {line.body}
      </Text>
      <Text size="xs" c="dimmed" ta="right">
        {times.clock(line.at)}
      </Text>
    </Paper>
  )
}

function Chat({ phone }: { phone: string }) {
  const t = useWhatsappText()
  const client = useQueryClient()
  const [text, setText] = useState('')
  // What was written here; the server tells only what arrived.
  const [written, setWritten] = useState<Line[]>([])
  const { data, error } = useQuery({
    queryKey: ['simulator', phone],
    queryFn: ({ signal }) => readPhone({ query: { to: phone } }, { signal }),
    refetchInterval: POLL_MS,
  })
  const write = useMutation({
    mutationFn: () => writeAsResident({ body: { from: phone, body: text } }),
    onSuccess: ({ id, body, at }) => {
      setText('')
      setWritten((lines) => [...lines, { id, body, at, isOwn: true }])
      return client.invalidateQueries({ queryKey: ['simulator', phone] })
    },
  })
  const lines = [...(data?.items.map((item) => ({ ...item, isOwn: false })) ?? []), ...written].toSorted((a, b) =>
    a.at.localeCompare(b.at),
  )
  const box = useRef<HTMLDivElement>(null)
  const latest = lines.at(-1)?.id
  useEffect(() => {
    if (latest !== undefined) box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [latest])
  return (
    <Paper component="article" withBorder radius={28} p="sm" maw={400} w="100%" mx="auto" aria-label={phone}>
      <Stack gap="xs">
        <Text fw={600} ta="center">
          {phone}
        </Text>
        <ProblemNotice error={error ?? write.error} />
        <Box
          ref={box}
          h={380}
          p="sm"
          bg="var(--mantine-color-default-hover)"
          style={{ overflowY: 'auto', borderRadius: 'var(--mantine-radius-lg)' }}
          role="log"
          aria-label={t('phone.log', { phone })}
          tabIndex={0}
        >
          <Stack gap="xs">
            {lines.length === 0 && <Text size="sm">{t('phone.none')}</Text>}
            {lines.map((line) => (
              <Bubble key={line.id} line={line} />
            ))}
          </Stack>
        </Box>
        <form onSubmit={onSubmit(() => write.mutate())}>
          <Group align="flex-end" gap="xs">
            <Textarea
              flex={1}
              label={t('phone.write')}
              value={text}
              onChange={({ currentTarget }) => setText(currentTarget.value)}
              autosize
              required
            />
            <Button type="submit" loading={write.isPending}>
              {t('phone.send')}
            </Button>
          </Group>
        </form>
      </Stack>
    </Paper>
  )
}

/** With the simulator: a resident's phone on the screen, to watch and to answer. */
export function PhoneSection() {
  const t = useWhatsappText()
  const [typed, setTyped] = useState('')
  const [phone, setPhone] = useState<string | null>(null)
  return (
    <Section title={t('phone.title')}>
      <form onSubmit={onSubmit(() => setPhone(typed.trim()))}>
        <Group align="flex-end" gap="xs">
          <TextInput
            label={t('phone.number')}
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            inputMode="tel"
            required
          />
          <Button type="submit" variant="default">
            {t('phone.show')}
          </Button>
        </Group>
      </form>
      {phone && <Chat key={phone} phone={phone} />}
      <Anchor href="/simulator" size="sm">
        {t('phone.all')}
      </Anchor>
    </Section>
  )
}
