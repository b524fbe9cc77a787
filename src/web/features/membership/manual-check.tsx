import { Button, Group, Radio, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useShowAnswer } from '../../lib/show-answer.ts'
import { DateField } from '../../ui/date-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useFieldLabel } from '../../ui/field-label.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { proposalQuery } from '../proposals/queries.ts'
import { recordCheck } from './calls.ts'
import { beginEntry, type CheckEntry, isUntouched, MEMBER_FIELDS, OUTCOMES, toCheck } from './check-input.ts'
import { useMembershipText } from './texts.ts'

type FieldsProps = { entry: CheckEntry; error: unknown; onChange: (change: Partial<CheckEntry>) => void }

/** What was read about the member. */
function MemberFields({ entry, error, onChange }: FieldsProps) {
  const t = useMembershipText()
  const label = useFieldLabel()
  const hints = { statusText: t('statusText.hint'), segmentText: t('segmentText.hint') } as const
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      {MEMBER_FIELDS.map((field) => (
        <TextInput
          key={field}
          label={label(field)}
          description={field in hints ? hints[field as keyof typeof hints] : t('optional')}
          value={entry[field]}
          onChange={({ currentTarget }) => onChange({ [field]: currentTarget.value })}
          error={fieldError(error, field)}
          inputMode={field.endsWith('Text') ? 'text' : 'numeric'}
          autoComplete="off"
          required={field === 'statusText' && entry.outcome === 'found_inactive'}
        />
      ))}
    </SimpleGrid>
  )
}

/**
 * What a reviewer found out by other means than asking BPJS, with how they did. What was typed stays until it is recorded, also when
 * the dialog is closed or the case is lost meanwhile.
 */
export function ManualCheck({ proposal, mayRecord }: { proposal: ProposalView; mayRecord: boolean }) {
  const t = useMembershipText()
  const showAnswer = useShowAnswer()
  const [isOpen, setOpen] = useState(false)
  const [entry, setEntry] = useState(() => beginEntry(new Date()))
  const form = useRef<HTMLFormElement>(null)
  const save = useMutation({
    mutationFn: (outcome: (typeof OUTCOMES)[number]) =>
      recordCheck({ params: { id: proposal.id }, body: toCheck(entry, outcome) }),
    onSuccess: async (view) => {
      await showAnswer(proposalQuery(proposal.id), view)
      setOpen(false)
      setEntry(beginEntry(new Date()))
    },
  })
  const { outcome } = entry
  const { error } = save
  const change = (part: Partial<CheckEntry>): void => setEntry((before) => ({ ...before, ...part }))
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [error])
  const open = (): void => {
    if (isUntouched(entry)) {
      setEntry(beginEntry(new Date()))
      save.reset()
    }
    setOpen(true)
  }
  return (
    <>
      {mayRecord && (
        <Button variant="subtle" size="compact-sm" onClick={open}>
          {t('check')}
        </Button>
      )}
      <Text role="status" size="sm">
        {save.isSuccess && t('saved')}
      </Text>
      <Dialog opened={isOpen} onClose={() => setOpen(false)} title={t('check')}>
        <form ref={form} onSubmit={onSubmit(() => outcome && save.mutate(outcome))}>
          <Stack>
            <Text size="sm">{t('check.hint')}</Text>
            <Radio.Group
              label={t('found')}
              value={outcome}
              onChange={(value) => change({ outcome: OUTCOMES.find((one) => one === value) ?? null })}
              error={fieldError(error, 'outcome')}
              required
            >
              <Stack gap={6} mt={6}>
                {OUTCOMES.map((one, index) => (
                  <Radio
                    key={one}
                    value={one}
                    label={t(`found.${one}`)}
                    required
                    {...(index === 0 && { 'data-autofocus': true })}
                  />
                ))}
              </Stack>
            </Radio.Group>
            <SimpleGrid cols={2}>
              <DateField
                label={t('date')}
                value={entry.date}
                onChange={(date) => change({ date })}
                error={fieldError(error, 'checkedAt')}
                required
              />
              <TextInput
                type="time"
                label={t('time')}
                value={entry.time}
                onChange={({ currentTarget }) => change({ time: currentTarget.value })}
                error={fieldError(error, 'checkedAt') !== undefined}
                required
              />
            </SimpleGrid>
            {outcome && outcome !== 'not_found' && <MemberFields entry={entry} error={error} onChange={change} />}
            <Textarea
              label={t('evidence')}
              description={t('evidence.hint')}
              value={entry.evidence}
              onChange={({ currentTarget }) => change({ evidence: currentTarget.value })}
              error={fieldError(error, 'evidence')}
              autosize
              minRows={3}
              maxLength={1000}
              required
            />
            <ProblemNotice error={error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setOpen(false)}>
                {t('cancel')}
              </Button>
              <Button type="submit" loading={save.isPending}>
                {t('save')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialog>
    </>
  )
}
