import { Alert, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useMe } from '../../app/session.ts'
import { isKept, listSealed, onKept, removeSealed } from '../../lib/sealed-store.ts'
import { useTimes } from '../../lib/time.ts'
import { type Draft, isBegun, newDraft } from './draft.ts'
import { IntakeForm } from './intake-form.tsx'
import { recallCurrentDraft, recallVillage, rememberCurrentDraft } from './remembered.ts'
import { useIntakeText } from './texts.ts'
import { useDraft } from './use-draft.ts'

type Saved = { id: string; savedAt: number; value: Draft }

function OtherDrafts({
  drafts,
  onOpen,
  onRemove,
}: {
  drafts: Saved[]
  onOpen: (id: string) => void
  onRemove: (id: string) => void
}) {
  const t = useIntakeText()
  const times = useTimes()
  if (drafts.length === 0) return null
  return (
    <Alert color="blue" title={t('drafts.title')}>
      <Stack gap="xs">
        {drafts.map(({ id, savedAt, value }) => {
          const label = t(value.sent === null ? 'drafts.one' : 'drafts.unanswered', {
            name: value.members.find(({ fullName }) => fullName !== '')?.fullName || t('drafts.nameless'),
            count: value.members.length,
            at: times.moment(new Date(savedAt).toISOString()),
          })
          return (
            <Group key={id} justify="space-between">
              <Text size="sm">{label}</Text>
              <Group gap="xs">
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`${t('drafts.open')}: ${label}`}
                  onClick={() => onOpen(id)}
                >
                  {t('drafts.open')}
                </Button>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`${t('drafts.remove')}: ${label}`}
                  onClick={() => onRemove(id)}
                >
                  {t('drafts.remove')}
                </Button>
              </Group>
            </Group>
          )
        })}
      </Stack>
    </Alert>
  )
}

type FormProps = {
  initial: Draft
  others: Saved[]
  onOpen: (id: string | null) => void
  onRemove: (id: string) => void
}

function OpenDraft({ initial, others, onOpen, onRemove }: FormProps) {
  const t = useIntakeText()
  const { userId, timeZone } = useMe()
  const isStored = useSyncExternalStore(onKept, isKept)
  const store = useDraft(userId, initial)
  const [today] = useState(() => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date()))
  const { draft, save, isSaved } = store
  useEffect(() => rememberCurrentDraft(initial.id), [initial.id])
  const leaveFor = async (id: string | null): Promise<void> => {
    await save(draft)
    onOpen(id)
  }
  return (
    <Stack maw={900} mx="auto">
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t('title')}
        </Title>
        {isBegun(draft) && draft.sent === null && (
          <Button variant="default" size="xs" onClick={() => void leaveFor(null)}>
            {t('drafts.new')}
          </Button>
        )}
      </Group>
      {!isStored && <Alert color="orange">{t('drafts.memory')}</Alert>}
      <OtherDrafts drafts={others} onOpen={(id) => void leaveFor(id)} onRemove={onRemove} />
      <IntakeForm store={store} today={today} onKeep={() => void leaveFor(null)} />
      <Text size="sm" c="dimmed" data-saved={isSaved && isStored}>
        {isBegun(draft) && isStored ? t(isSaved ? 'drafts.saved' : 'drafts.saving') : ' '}
      </Text>
    </Stack>
  )
}

/** A new registration, or the one that this tab was at. */
export function IntakePage() {
  const { userId } = useMe()
  const [openId, setOpenId] = useState(recallCurrentDraft)
  const [blank, setBlank] = useState(() => newDraft(recallVillage()))
  const drafts = useQuery({
    queryKey: ['drafts', userId],
    queryFn: () => listSealed<Draft>(userId),
    networkMode: 'always',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  if (!drafts.data) return <Skeleton h={320} />
  const open = drafts.data.find(({ id }) => id === openId)
  // Of an older version of this page something may be missing.
  const initial = open ? { ...blank, ...open.value } : blank
  const openDraft = async (id: string | null): Promise<void> => {
    await drafts.refetch()
    if (id === null) setBlank(newDraft(recallVillage()))
    setOpenId(id)
  }
  const remove = async (id: string): Promise<void> => {
    await removeSealed(id)
    await drafts.refetch()
  }
  return (
    <OpenDraft
      key={initial.id}
      initial={initial}
      others={drafts.data.filter(({ id }) => id !== initial.id)}
      onOpen={(id) => void openDraft(id)}
      onRemove={(id) => void remove(id)}
    />
  )
}
