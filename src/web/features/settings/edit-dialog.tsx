import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { onSubmit } from '../../lib/on-submit.ts'
import { isCode } from '../../lib/problem.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useSettingsText } from './texts.ts'

type Props = {
  title: string
  /** What the button that sends it says. */
  submit: string
  /** What is typed, as it is sent: whether it goes on, and why it was refused. */
  saving: { isPending: boolean; error: unknown; mutate: () => void }
  /** What is typed is enough to be sent. */
  isComplete?: boolean
  /** Shows what stands now, after somebody else has changed it. */
  onReload?: () => void
  onClose: () => void
  children: ReactNode
  /** Acts beside the form. */
  after?: ReactNode
}

/** The form of one thing in the settings: its fields, why it was refused, what to do when somebody else was quicker. */
export function EditDialog({ title, submit, saving, isComplete = true, onReload, onClose, children, after }: Props) {
  const t = useSettingsText()
  const { error, isPending } = saving
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }} size="lg">
      <form onSubmit={onSubmit(() => saving.mutate())}>
        <Stack>
          {children}
          <ProblemNotice error={error} />
          {onReload && isCode(error, 'version_conflict') && (
            <Alert color="orange" variant="light">
              <Stack gap="xs" align="flex-start">
                <Text size="sm">{t('conflict')}</Text>
                <Button size="compact-md" variant="default" onClick={onReload}>
                  {t('conflict.reload')}
                </Button>
              </Stack>
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={isPending} disabled={!isComplete}>
              {submit}
            </Button>
          </Group>
          {after}
        </Stack>
      </form>
    </Modal>
  )
}
