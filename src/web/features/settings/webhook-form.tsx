import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { WebhookWithSecret } from '../../../contracts/api/webhooks.ts'
import type { SubscribableEvent } from '../../../contracts/events/webhook-events.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { createWebhook } from './calls.ts'
import { SETTINGS } from './queries.ts'
import { useSettingsText } from './texts.ts'

/** All of them: an event that is added without its words does not compile. */
const EVENTS = Object.keys({
  'proposal.registered': true,
  'proposal.state_changed': true,
  'message.state_changed': true,
  'message.inbound': true,
} satisfies Record<SubscribableEvent, true>) as SubscribableEvent[]

export function WebhookForm({ onMade, onClose }: { onMade: (made: WebhookWithSecret) => void; onClose: () => void }) {
  const t = useSettingsText()
  const client = useQueryClient()
  const [url, setUrl] = useState('')
  const [description, setDescription] = useState('')
  const [events, setEvents] = useState<string[]>([...EVENTS])
  const make = useMutation({
    mutationFn: () => createWebhook({ body: { url, description, events: events as SubscribableEvent[] } }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: [SETTINGS, 'webhooks'] })
      onMade(made)
      onClose()
    },
  })
  return (
    <Modal opened onClose={onClose} title={t('hook.new')} closeButtonProps={{ 'aria-label': t('close') }} size="lg">
      <form onSubmit={onSubmit(() => make.mutate())}>
        <Stack>
          <TextInput
            type="url"
            label={t('hook.url')}
            description={t('hook.url.hint')}
            value={url}
            onChange={({ currentTarget }) => setUrl(currentTarget.value)}
            error={fieldError(make.error, 'url')}
            autoComplete="off"
            data-autofocus
            required
          />
          <TextInput
            label={t('hook.description')}
            value={description}
            onChange={({ currentTarget }) => setDescription(currentTarget.value)}
            error={fieldError(make.error, 'description')}
            autoComplete="off"
          />
          <Checkbox.Group
            label={t('hook.events')}
            value={events}
            onChange={setEvents}
            error={fieldError(make.error, 'events')}
          >
            <Stack gap="xs" mt="xs">
              {EVENTS.map((event) => (
                <Checkbox key={event} value={event} label={t(`hook.event.${event}`)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Text size="sm" c="dimmed">
            {t('hook.contents')}
          </Text>
          <ProblemNotice error={make.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={make.isPending} disabled={events.length === 0}>
              {t('hook.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
