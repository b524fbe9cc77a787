import { Button, FileInput, Group, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { importFigures } from './calls.ts'
import { COVERAGE } from './queries.ts'
import { useCoverageText } from './texts.ts'

type Document = { month: string; source: string; detail: string; asOf: string }

/** The figures of the document from its table: looked at first, then stored. What is wrong is told by row and column. */
export function ImportSection({ document }: { document: Document }) {
  const t = useCoverageText()
  const client = useQueryClient()
  const [file, setFile] = useState<File | null>(null)
  const send = useMutation({
    mutationFn: (apply: boolean) => {
      const body = new FormData()
      for (const [name, value] of Object.entries({ ...document, apply: String(apply) })) body.set(name, value)
      if (file) body.set('file', file)
      return importFigures({ body })
    },
    onSuccess: ({ applied }) => (applied ? client.invalidateQueries({ queryKey: [COVERAGE] }) : undefined),
  })
  const report = send.data
  return (
    <Section title={t('import')}>
      <Text size="sm">{t('import.lead')}</Text>
      <FileInput
        label={t('import.file')}
        accept=".csv,.xlsx"
        value={file}
        onChange={(chosen) => {
          send.reset()
          setFile(chosen)
        }}
        placeholder={t('import.choose')}
        clearable
      />
      <ProblemNotice error={send.error} />
      <Text role="status" size="sm">
        {report && t(report.applied ? 'import.applied' : 'import.checked', { ...report })}
      </Text>
      <Group>
        <Button
          variant="default"
          disabled={!file}
          loading={send.isPending && send.variables === false}
          onClick={() => send.mutate(false)}
        >
          {t('import.check')}
        </Button>
        <Button
          disabled={!file || report?.applied !== false}
          loading={send.isPending && send.variables === true}
          onClick={() => send.mutate(true)}
        >
          {t('import.apply')}
        </Button>
      </Group>
    </Section>
  )
}
