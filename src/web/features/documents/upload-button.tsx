import { Button, FileButton, Stack, Text } from '@mantine/core'
import { IconCamera } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { DocumentCreated } from '../../../contracts/api/documents.ts'
import { type DocumentKind, MAX_DOCUMENT_MEGABYTES } from '../../../contracts/document-kinds.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { uploadPhoto } from './calls.ts'
import { ProgressLine } from './progress-line.tsx'
import { useDocumentText } from './texts.ts'

const ACCEPT = 'image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif,application/pdf'

type Props = {
  kind: DocumentKind
  /** Whose household gets it at once; left out: it waits for what names it. */
  proposalId?: string
  isAgain?: boolean
  onUploaded: (document: DocumentCreated) => void
}

/** Takes a photo or file and stores it as soon as it is chosen. */
export function UploadButton({ kind, proposalId, isAgain = false, onUploaded }: Props) {
  const t = useDocumentText()
  const [share, setShare] = useState<number | null>(null)
  const upload = useMutation({
    mutationFn: (file: File) => {
      setShare(null)
      return uploadPhoto(file, { kind, proposalId, onProgress: setShare })
    },
    onSuccess: onUploaded,
  })
  return (
    <Stack gap={4} align="flex-start">
      <FileButton accept={ACCEPT} onChange={(file) => file && upload.mutate(file)}>
        {(props) => (
          <Button {...props} variant="default" loading={upload.isPending} leftSection={<IconCamera size={18} />}>
            {t(isAgain ? 'upload.again' : 'upload.choose')}
          </Button>
        )}
      </FileButton>
      <Text size="sm" c="dimmed">
        {t('upload.hint', { megabytes: MAX_DOCUMENT_MEGABYTES })}
      </Text>
      {upload.isPending && <ProgressLine share={share} />}
      <ProblemNotice error={upload.error} />
    </Stack>
  )
}
