import { Group, Text } from '@mantine/core'
import { useDocumentText } from './texts.ts'

/** How far an upload is. `share`: null while the photo is made small. */
export function ProgressLine({ share }: { share: number | null }) {
  const t = useDocumentText()
  const text = t(share === null ? 'upload.preparing' : share < 1 ? 'upload.sending' : 'upload.checking')
  return (
    <Group gap="xs">
      <Text size="sm" role="status">
        {text}
      </Text>
      <progress
        aria-label={text}
        style={{ flex: 1, minWidth: 80 }}
        {...(share !== null && share < 1 && { value: share })}
      />
      {share !== null && share < 1 && <Text size="sm">{t('upload.share', { share })}</Text>}
    </Group>
  )
}
