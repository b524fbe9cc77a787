import { Alert, Button, FileButton, Group, Paper, Stack, Text } from '@mantine/core'
import { IconCamera, IconUpload } from '@tabler/icons-react'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { OwnPhoto } from '../documents/own-photo.tsx'
import { ProgressLine } from '../documents/progress-line.tsx'
import type { Draft, PhotoDraft } from './draft.ts'
import type { FieldErrors } from './errors.ts'
import { useIntakeText } from './texts.ts'
import { useSteady } from './use-steady.ts'
import { type Slot, slotKeyOf, type Uploads } from './use-uploads.ts'

const ACCEPTED = 'image/jpeg,image/png,image/webp,image/heic,image/heif,application/pdf'

function Shown({ photo, title }: { photo: PhotoDraft; title: string }) {
  const t = useIntakeText()
  const times = useTimes()
  const text = t('photos.uploaded', { at: times.clock(photo.uploadedAt) })
  return (
    <Group gap="sm" wrap="nowrap">
      <OwnPhoto photo={photo} alt={title} style={{ width: 120, height: 90 }} />
      <Text size="sm">{text}</Text>
    </Group>
  )
}

type PaperProps = {
  slot: Slot
  title: string
  photo: PhotoDraft | undefined
  error: string | undefined
  uploads: Uploads
}

function PhotoSlot({ slot, title, photo, error, uploads }: PaperProps) {
  const t = useIntakeText()
  const steady = useSteady<HTMLDivElement>()
  const upload = uploads.of(slot)
  const choose = (file: File | null): void => {
    if (file) uploads.start(slot, file)
  }
  return (
    <Paper withBorder p="sm" role="group" aria-label={title} ref={steady}>
      <Stack gap="xs">
        <Text fw={600} size="sm">
          {title}
        </Text>
        {photo && <Shown key={photo.id} photo={photo} title={title} />}
        {upload?.isRunning && <ProgressLine share={upload.share} />}
        {upload && !upload.isRunning && (
          <Stack gap="xs">
            <ProblemNotice error={upload.error} />
            <Button size="xs" onClick={() => uploads.start(slot, upload.file)}>
              {t('photos.again')}
            </Button>
          </Stack>
        )}
        {error && <Alert color="red">{error}</Alert>}
        <Group gap="xs">
          <FileButton accept="image/*" capture="environment" onChange={choose}>
            {(props) => (
              <Button
                {...props}
                hiddenFrom="sm"
                size="xs"
                variant="default"
                leftSection={<IconCamera size={16} />}
                aria-label={t('photos.take-of', { title })}
                {...(error && { 'data-wrong': true })}
              >
                {t('photos.take')}
              </Button>
            )}
          </FileButton>
          <FileButton accept={ACCEPTED} onChange={choose}>
            {(props) => (
              <Button
                {...props}
                size="xs"
                variant="default"
                leftSection={<IconUpload size={16} />}
                aria-label={t(photo ? 'photos.replace-of' : 'photos.choose-of', { title })}
                {...(error && { 'data-wrong': true })}
              >
                {t(photo ? 'photos.replace' : 'photos.choose')}
              </Button>
            )}
          </FileButton>
        </Group>
      </Stack>
    </Paper>
  )
}

type Props = { draft: Draft; errors: FieldErrors; uploads: Uploads }

/** Photos of the KK and of the KTP of everybody who is proposed. */
export function PhotosSection({ draft, errors, uploads }: Props) {
  const t = useIntakeText()
  const slots: (Slot & { title: string })[] = [
    { kind: 'kk', memberKey: null, title: t('photos.kk') },
    ...draft.members.flatMap(({ key, propose, fullName }, index) =>
      propose
        ? [
            {
              kind: 'ktp' as const,
              memberKey: key,
              title: t('photos.ktp', { name: fullName.trim() || t('member.title', { position: index + 1 }) }),
            },
          ]
        : [],
    ),
  ]
  return (
    <Section title={t('photos.title')}>
      <Text size="sm" c="dimmed">
        {t('photos.hint')}
      </Text>
      {slots.map(({ title, ...slot }) => {
        const photo = draft.photos.find((one) => slotKeyOf(one) === slotKeyOf(slot))
        return (
          <PhotoSlot
            key={slotKeyOf(slot)}
            slot={slot}
            title={title}
            photo={photo}
            error={photo && errors[`photos.${photo.id}`]}
            uploads={uploads}
          />
        )
      })}
    </Section>
  )
}
