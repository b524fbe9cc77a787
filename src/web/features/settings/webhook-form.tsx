import { Checkbox, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { WebhookItem, WebhookWithSecret } from '../../../contracts/api/webhooks.ts'
import type { SubscribableEvent } from '../../../contracts/events/webhook-events.ts'
import { fieldError } from '../../lib/field-error.ts'
import { createWebhook, updateWebhook } from './calls.ts'
import { EditDialog } from './edit-dialog.tsx'
import { SETTINGS } from './queries.ts'
import { useSettingsText } from './texts.ts'

/** All of them: an event that is added without its words does not compile. */
const EVENTS = Object.keys({
  'proposal.registered': true,
  'proposal.state_changed': true,
  'message.state_changed': true,
  'message.inbound': true,
} satisfies Record<SubscribableEvent, true>) as SubscribableEvent[]

type Typed = { url: string; description: string; events: SubscribableEvent[] }

/** Only what is other than it stands: what another admin has changed meanwhile stays. */
function changesOf(typed: Typed, webhook: WebhookItem): Partial<Typed> {
  const isSame =
    typed.events.length === webhook.events.length && typed.events.every((one) => webhook.events.includes(one))
  return {
    ...(typed.url.trim() !== webhook.url && { url: typed.url }),
    ...(typed.description.trim() !== webhook.description && { description: typed.description }),
    ...(!isSame && { events: typed.events }),
  }
}

type Props = {
  /** None: a new one. */
  webhook: WebhookItem | undefined
  onMade: (made: WebhookWithSecret) => void
  onClose: () => void
}

/** Address, description and events of a receiver. Its secret is no part of it: that is replaced by an act of its own. */
export function WebhookForm({ webhook, onMade, onClose }: Props) {
  const t = useSettingsText()
  const client = useQueryClient()
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [description, setDescription] = useState(webhook?.description ?? '')
  const [events, setEvents] = useState<SubscribableEvent[]>(webhook?.events ?? EVENTS)
  const save = useMutation({
    mutationFn: async () => {
      const typed = { url, description, events }
      if (!webhook) return onMade(await createWebhook({ body: typed }))
      const body = changesOf(typed, webhook)
      if (Object.keys(body).length > 0) await updateWebhook({ params: { id: webhook.id }, body })
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [SETTINGS, 'webhooks'] })
      onClose()
    },
  })
  const { error } = save
  return (
    <EditDialog
      title={webhook ? t('hook.edit') : t('hook.new')}
      submit={t(webhook ? 'save' : 'hook.create')}
      saving={save}
      isComplete={events.length > 0}
      onClose={onClose}
    >
      <TextInput
        type="url"
        label={t('hook.url')}
        description={t('hook.url.hint')}
        value={url}
        onChange={({ currentTarget }) => setUrl(currentTarget.value)}
        error={fieldError(error, 'url')}
        autoComplete="off"
        data-autofocus
        required
      />
      <TextInput
        label={t('hook.description')}
        value={description}
        onChange={({ currentTarget }) => setDescription(currentTarget.value)}
        error={fieldError(error, 'description')}
        autoComplete="off"
      />
      <Checkbox.Group
        label={t('hook.events')}
        value={events}
        onChange={(chosen) => setEvents(EVENTS.filter((event) => chosen.includes(event)))}
        error={fieldError(error, 'events')}
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
      {webhook && <Text size="sm">{t('hook.secret.kept')}</Text>}
    </EditDialog>
  )
}
