import { Alert, Button, SimpleGrid, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ResultProfile } from '../../../contracts/api/result-profiles.ts'
import { REQUIRED_RESULT_COLUMNS, RESULT_COLUMNS, type ResultColumn } from '../../../contracts/result-terms.ts'
import { useMay } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { isCode } from '../../lib/problem.ts'
import { useShowAnswer } from '../../lib/show-answer.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { useEnrolmentText } from '../batches/texts.ts'
import { putResultProfile } from './calls.ts'
import { toDefinition, toDraft } from './profile-draft.ts'
import { resultProfileQuery } from './queries.ts'
import { ReasonsSection } from './reasons-section.tsx'
import { useResultText } from './texts.ts'

const REQUIRED: readonly ResultColumn[] = REQUIRED_RESULT_COLUMNS
const ROWS = { minRows: 2, maxRows: 12, autosize: true } as const

/** The headers, words and codes of one kab/kota. Saving adds a version; the shipped profile becomes an own one by it. */
export function ProfileEditor({ profile, onSaved }: { profile: ResultProfile; onSaved: (version: number) => void }) {
  const t = useResultText()
  const words = useEnrolmentText()
  const may = useMay()
  const client = useQueryClient()
  const [former] = useState(() => toDraft(profile.definition))
  const [draft, setDraft] = useState(former)
  const isReader = !may(putResultProfile)
  const show = useShowAnswer()
  const query = resultProfileQuery(profile.regionCode)
  const save = useMutation({
    mutationFn: () =>
      putResultProfile({
        params: { code: profile.regionCode },
        body: { version: profile.version, definition: toDefinition(draft) },
      }),
    onSuccess: async (view) => {
      await show(query, view)
      onSaved(view.version)
    },
  })
  // What is typed while it is saved would be gone with the version that begins then.
  const isReadOnly = isReader || save.isPending
  return (
    <Stack>
      {!profile.isOwn && !isReader && <Alert color="blue">{t('profile.shipped.hint')}</Alert>}
      <Section title={t('profile.headers')}>
        <Text size="sm">{t('profile.headers.lead')}</Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
          {RESULT_COLUMNS.map((name) => (
            <Textarea
              key={name}
              {...ROWS}
              label={words(`result_field.${name}`)}
              description={t(REQUIRED.includes(name) ? 'profile.needed' : 'profile.optional')}
              value={draft.columns[name]}
              onChange={({ currentTarget: { value } }) =>
                setDraft({ ...draft, columns: { ...draft.columns, [name]: value } })
              }
              error={fieldError(save.error, `definition.columns.${name}`)}
              readOnly={isReadOnly}
            />
          ))}
        </SimpleGrid>
      </Section>
      <Section title={t('profile.words')}>
        <Text size="sm">{t('profile.words.lead')}</Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
          {(['accepted', 'refused'] as const).map((outcome) => (
            <Textarea
              key={outcome}
              {...ROWS}
              label={t(`profile.${outcome}`)}
              value={draft[outcome]}
              onChange={({ currentTarget: { value } }) => setDraft({ ...draft, [outcome]: value })}
              error={fieldError(save.error, `definition.${outcome}`)}
              readOnly={isReadOnly}
            />
          ))}
        </SimpleGrid>
      </Section>
      <ReasonsSection
        reasons={draft.reasons}
        error={save.error}
        isReadOnly={isReadOnly}
        onChange={(reasons) => {
          // What was refused is named by its place, which is another one now.
          if (reasons.length !== draft.reasons.length) save.reset()
          setDraft({ ...draft, reasons })
        }}
      />
      {!isReader && (
        <form onSubmit={onSubmit(() => save.mutate())}>
          <Stack gap="xs" align="flex-start">
            <ProblemNotice error={save.error} />
            {isCode(save.error, 'version_conflict') && (
              <Button variant="default" onClick={() => void client.invalidateQueries({ queryKey: query.queryKey })}>
                {t('profile.reload')}
              </Button>
            )}
            <Text size="sm">{t('profile.effect')}</Text>
            <Button type="submit" loading={save.isPending} disabled={draft === former}>
              {t('profile.save')}
            </Button>
          </Stack>
        </form>
      )}
    </Stack>
  )
}
