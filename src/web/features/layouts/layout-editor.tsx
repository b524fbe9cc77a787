import {
  Alert,
  Button,
  Checkbox,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DateFormat, Profile, ProfileColumn, ProfileDefinition } from '../../../contracts/api/template-profiles.ts'
import { useMay } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { isCode } from '../../lib/problem.ts'
import { useShowAnswer } from '../../lib/show-answer.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { changeProfile, createProfile, previewProfile } from './calls.ts'
import { ColumnsSection } from './columns-section.tsx'
import { PreviewSection } from './preview-section.tsx'
import { LAYOUTS, profileQuery } from './queries.ts'
import { useLayoutText } from './texts.ts'

const DATE_FORMATS = ['dd/mm/yyyy', 'dd-mm-yyyy', 'yyyy-mm-dd', 'ddmmyyyy'] as const satisfies DateFormat[]

type FormProps = {
  definition: ProfileDefinition
  isReadOnly: boolean
  error: unknown
  onChange: (to: ProfileDefinition) => void
}

/** What counts for the whole file. */
function FileSection({ definition, isReadOnly, error, onChange }: FormProps) {
  const t = useLayoutText()
  const { sheet, titles, dateFormat, upperCase, csv } = definition
  return (
    <Section title={t('file')}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        <TextInput
          label={t('sheet')}
          value={sheet}
          onChange={({ currentTarget }) => onChange({ ...definition, sheet: currentTarget.value })}
          error={fieldError(error, 'definition.sheet')}
          readOnly={isReadOnly}
          autoComplete="off"
        />
        <Select
          label={t('dates')}
          data={DATE_FORMATS.map((value) => ({ value, label: t(`dates.${value}`) }))}
          value={dateFormat}
          onChange={(value) => {
            const chosen = DATE_FORMATS.find((one) => one === value)
            if (chosen) onChange({ ...definition, dateFormat: chosen })
          }}
          allowDeselect={false}
          readOnly={isReadOnly}
        />
        <Select
          label={t('separator')}
          data={[
            { value: ';', label: t('separator.semicolon') },
            { value: ',', label: t('separator.comma') },
          ]}
          value={csv.separator}
          onChange={(value) => onChange({ ...definition, csv: { ...csv, separator: value === ',' ? ',' : ';' } })}
          allowDeselect={false}
          readOnly={isReadOnly}
        />
        <Stack gap="xs" justify="flex-end">
          <Checkbox
            label={t('upper-case')}
            checked={upperCase}
            onChange={({ currentTarget }) => onChange({ ...definition, upperCase: currentTarget.checked })}
            disabled={isReadOnly}
          />
          <Checkbox
            label={t('apostrophe')}
            checked={csv.apostrophe}
            onChange={({ currentTarget }) =>
              onChange({ ...definition, csv: { ...csv, apostrophe: currentTarget.checked } })
            }
            disabled={isReadOnly}
          />
        </Stack>
      </SimpleGrid>
      <Textarea
        label={t('titles')}
        description={t('titles.hint')}
        value={titles.join('\n')}
        onChange={({ currentTarget }) =>
          onChange({ ...definition, titles: currentTarget.value === '' ? [] : currentTarget.value.split('\n') })
        }
        error={fieldError(error, 'definition.titles')}
        readOnly={isReadOnly}
        rows={4}
      />
    </Section>
  )
}

/** One layout: the file, its columns, what it makes of a sample, and what is odd about it. Saving adds a version. */
export function LayoutEditor({ profile, onCopy }: { profile: Profile; onCopy: () => void }) {
  const t = useLayoutText()
  const may = useMay()
  const client = useQueryClient()
  const show = useShowAnswer()
  const [name, setName] = useState(profile.name)
  const [definition, setDefinition] = useState(profile.definition)
  const isShipped = profile.regionCode === null
  const isReadOnly = isShipped || !may(changeProfile)
  const reload = () => client.invalidateQueries({ queryKey: [LAYOUTS] })
  const save = useMutation({
    mutationFn: () =>
      changeProfile({ params: { id: profile.id }, body: { name, definition, version: profile.version } }),
    onSuccess: async (view) => {
      await show(profileQuery(view.id), view)
      return reload()
    },
  })
  const preview = useMutation({ mutationFn: () => previewProfile({ body: { definition } }) })
  const setColumns = (columns: ProfileColumn[]): void => setDefinition({ ...definition, columns })
  const isChanged = name !== profile.name || definition !== profile.definition
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1} size="h2">
            {profile.name}
          </Title>
          <Text role="status">{isShipped ? t('shipped') : t('version', { version: String(profile.version) })}</Text>
        </div>
        {may(createProfile) && (
          <Button variant="default" onClick={onCopy}>
            {t('copy')}
          </Button>
        )}
      </Group>
      {isShipped && <Alert color="blue">{t('shipped.hint')}</Alert>}
      {!isReadOnly && (
        <TextInput
          label={t('name')}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={fieldError(save.error, 'name')}
          autoComplete="off"
        />
      )}
      <FileSection definition={definition} isReadOnly={isReadOnly} error={save.error} onChange={setDefinition} />
      <ColumnsSection columns={definition.columns} isReadOnly={isReadOnly} onChange={setColumns} />
      {may(previewProfile) && (
        <Section
          title={t('preview')}
          aside={
            <Button variant="default" loading={preview.isPending} onClick={() => preview.mutate()}>
              {t('preview.show')}
            </Button>
          }
        >
          <Text size="sm">{t('preview.lead')}</Text>
          <ProblemNotice error={preview.error} />
          {preview.data && <PreviewSection preview={preview.data} />}
        </Section>
      )}
      {!isReadOnly && (
        <form onSubmit={onSubmit(() => save.mutate())}>
          <Stack gap="xs" align="flex-start">
            <ProblemNotice error={save.error} />
            {isCode(save.error, 'version_conflict') && (
              <Button variant="default" onClick={() => void reload()}>
                {t('reload')}
              </Button>
            )}
            <Text size="sm">{t('save.effect')}</Text>
            <Button type="submit" loading={save.isPending} disabled={!isChanged}>
              {t('save')}
            </Button>
          </Stack>
        </form>
      )}
    </Stack>
  )
}
