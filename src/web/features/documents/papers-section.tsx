import { Select, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { DOCUMENT_KINDS, type DocumentKind } from '../../../contracts/document-kinds.ts'
import { isOpen } from '../../../contracts/lifecycle/states.ts'
import { useMay } from '../../app/session.ts'
import { CASES } from '../../lib/live.ts'
import { Section } from '../../ui/section.tsx'
import { uploadDocument } from './calls.ts'
import { DocumentViewer } from './document-viewer.tsx'
import { useDocumentText } from './texts.ts'
import { UploadButton } from './upload-button.tsx'

function AddPaper({ proposalId }: { proposalId: string }) {
  const t = useDocumentText()
  const client = useQueryClient()
  const [kind, setKind] = useState<DocumentKind>('ktp')
  const [isDone, setDone] = useState(false)
  return (
    <Section title={t('upload')}>
      <Stack gap="xs">
        <Select
          label={t('upload.kind')}
          data={DOCUMENT_KINDS.map((one) => ({ value: one, label: t(`kind.${one}`) }))}
          value={kind}
          onChange={(value) => setKind(DOCUMENT_KINDS.find((one) => one === value) ?? kind)}
          allowDeselect={false}
          maw={320}
        />
        <UploadButton
          kind={kind}
          proposalId={proposalId}
          onUploaded={() => {
            setDone(true)
            void client.invalidateQueries({ queryKey: [CASES, 'documents', proposalId] })
          }}
        />
        <Text size="sm" role="status">
          {isDone && t('upload.done')}
        </Text>
      </Stack>
    </Section>
  )
}

/** The papers of a case, and a way to add one for whoever may, as long as the case is open. */
export function PapersSection({ proposal }: { proposal: ProposalView }) {
  const may = useMay()
  return (
    <>
      <DocumentViewer proposalId={proposal.id} />
      {may(uploadDocument) && isOpen(proposal.state) && <AddPaper proposalId={proposal.id} />}
    </>
  )
}
