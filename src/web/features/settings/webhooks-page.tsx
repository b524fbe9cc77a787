import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { WebhookItem, WebhookWithSecret } from '../../../contracts/api/webhooks.ts'
import { useTimes } from '../../lib/time.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { deleteWebhook, listWebhooks, pauseWebhook, pingWebhook, renewWebhookSecret, resumeWebhook } from './calls.ts'
import { SETTINGS } from './queries.ts'
import { SecretOnce } from './secret-once.tsx'
import { SettingsPage } from './settings-page.tsx'
import { useSettingsText } from './texts.ts'
import { WebhookDeliveries } from './webhook-deliveries.tsx'
import { WebhookForm } from './webhook-form.tsx'

const HOOKS = [SETTINGS, 'webhooks']

function Webhook({ webhook, onSecret }: { webhook: WebhookItem; onSecret: (made: WebhookWithSecret) => void }) {
  const t = useSettingsText()
  const times = useTimes()
  const client = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const [isEditing, setEditing] = useState(false)
  const params = { id: webhook.id }
  const reload = () => client.invalidateQueries({ queryKey: HOOKS })
  const act = useMutation({
    mutationFn: (what: 'pause' | 'resume' | 'ping'): Promise<unknown> => {
      if (what === 'ping') return pingWebhook({ params })
      return what === 'pause' ? pauseWebhook({ params }) : resumeWebhook({ params })
    },
    onSettled: reload,
  })
  const isPaused = webhook.status === 'paused'
  return (
    <Section
      title={webhook.description === '' ? new URL(webhook.url).host : webhook.description}
      aside={
        <Badge color={isPaused ? 'red' : webhook.failures > 0 ? 'orange' : 'green'} variant="light" tt="none">
          {isPaused ? t(`hook.paused.${webhook.pausedBecause ?? 'admin'}`) : t('hook.active')}
        </Badge>
      }
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {webhook.url}
      </Text>
      <Text size="sm">{webhook.events.map((event) => t(`hook.event.${event}`)).join(', ')}</Text>
      {webhook.failingSince && (
        <Text size="sm">
          {t('hook.failing', { count: webhook.failures, since: times.moment(webhook.failingSince) })}
        </Text>
      )}
      {webhook.previousSecretUntil && (
        <Text size="sm">{t('hook.two-secrets', { until: times.moment(webhook.previousSecretUntil) })}</Text>
      )}
      <ProblemNotice error={act.error} />
      {act.isSuccess && act.variables === 'ping' && (
        <Text size="sm" role="status">
          {t('hook.pinged')}
        </Text>
      )}
      <Group gap="xs">
        <Button size="compact-md" variant="default" onClick={() => setEditing(true)}>
          {t('hook.edit')}
        </Button>
        <Button size="compact-md" variant="default" loading={act.isPending} onClick={() => act.mutate('ping')}>
          {t('hook.ping')}
        </Button>
        <Button
          size="compact-md"
          variant="default"
          loading={act.isPending}
          onClick={() => act.mutate(isPaused ? 'resume' : 'pause')}
        >
          {t(isPaused ? 'hook.resume' : 'hook.pause')}
        </Button>
        <ConfirmButton
          label={t('hook.secret')}
          question={t('hook.secret.sure')}
          act={async () => {
            onSecret(await renewWebhookSecret({ params, body: {} }))
            await reload()
          }}
        />
        <Button size="compact-md" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t('hook.deliveries')}
        </Button>
        <ConfirmButton
          color="red"
          variant="outline"
          label={t('hook.delete')}
          question={t('hook.delete.sure')}
          act={() => deleteWebhook({ params }).then(reload)}
        />
      </Group>
      {isEditing && <WebhookForm webhook={webhook} onMade={onSecret} onClose={() => setEditing(false)} />}
      {isOpen && <WebhookDeliveries webhook={webhook} />}
    </Section>
  )
}

/** Other systems that are told what happens in the region. */
export function WebhooksPage() {
  const t = useSettingsText()
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<WebhookWithSecret | null>(null)
  const { data, error } = useQuery({ queryKey: HOOKS, queryFn: ({ signal }) => listWebhooks({}, { signal }) })
  return (
    <SettingsPage
      title={t('part.webhooks')}
      lead={t('hook.lead')}
      aside={<Button onClick={() => setMaking(true)}>{t('hook.new')}</Button>}
    >
      {made && <SecretOnce title={t('hook.secret.shown')} secret={made.secret} onDone={() => setMade(null)} />}
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={160} />}
      {data?.items.length === 0 && <Text>{t('hook.none')}</Text>}
      <Stack>
        {data?.items.map((webhook) => (
          <Webhook key={webhook.id} webhook={webhook} onSecret={setMade} />
        ))}
      </Stack>
      {isMaking && <WebhookForm webhook={undefined} onMade={setMade} onClose={() => setMaking(false)} />}
    </SettingsPage>
  )
}
