import { Button, Group, Select, Stack } from '@mantine/core'
import { useState } from 'react'
import type { DocumentCreated } from '../../../contracts/api/documents.ts'
import { DOCUMENT_KINDS, type DocumentKind } from '../../../contracts/document-kinds.ts'
import { OwnPhoto } from '../documents/own-photo.tsx'
import { useDocumentText } from '../documents/texts.ts'
import { UploadButton } from '../documents/upload-button.tsx'
import { useCorrectionText } from './texts.ts'

type Props = {
  /** The kind that was asked for; null: any. */
  asked: DocumentKind | null
  photos: readonly DocumentCreated[]
  onAdd: (photo: DocumentCreated) => void
  onRemove: (id: string) => void
}

/** New photos for the correction: stored when they are chosen, the household's when the correction is sent. */
export function PhotoInput({ asked, photos, onAdd, onRemove }: Props) {
  const t = useCorrectionText()
  const words = useDocumentText()
  const [chosen, setChosen] = useState<DocumentKind>('ktp')
  const kind = asked ?? chosen
  const shown = photos.filter((photo) => asked === null || photo.kind === asked)
  return (
    <Stack gap="xs">
      {asked === null && (
        <Select
          label={t('photo.kind')}
          data={DOCUMENT_KINDS.map((one) => ({ value: one, label: words(`kind.${one}`) }))}
          value={chosen}
          onChange={(value) => setChosen(DOCUMENT_KINDS.find((one) => one === value) ?? chosen)}
          allowDeselect={false}
        />
      )}
      {shown.map((photo) => (
        <Group key={photo.id} align="flex-start">
          <OwnPhoto
            photo={photo}
            alt={t('photo.alt', { kind: words(`kind.${photo.kind}`) })}
            style={{ width: 220, maxWidth: '100%' }}
          />
          <Button variant="subtle" color="gray" onClick={() => onRemove(photo.id)}>
            {t('photo.remove')}
          </Button>
        </Group>
      ))}
      <UploadButton kind={kind} isAgain={shown.some((photo) => photo.kind === kind)} onUploaded={onAdd} />
    </Stack>
  )
}
