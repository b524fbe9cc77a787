import { Checkbox, Group, Select, Stack, Text, Textarea } from '@mantine/core'
import { useEffect, useRef } from 'react'
import {
  OTHER_REASON_MIN_LENGTH,
  type ReasonCode,
  SECOND_PERSON_REASONS,
} from '../../../contracts/lifecycle/reasons.ts'
import { useKeys } from '../../lib/keys.ts'
import { useFieldLabel } from '../../ui/field-label.ts'
import { KeyHint } from '../../ui/key-hint.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { type Choice, RETURN_FIELDS, reasonsFor } from './decision-choice.ts'
import { useReviewText } from './texts.ts'

function toggle(codes: ReasonCode[], code: ReasonCode): ReasonCode[] {
  return codes.includes(code) ? codes.filter((one) => one !== code) : [...codes, code]
}

type Props = { choice: Choice; onChange: (choice: Choice) => void; leftOut?: readonly ReasonCode[] }

/** The reasons of a decision, each by its key; with the words and the field that the free one needs. */
export function ReasonChoice({ choice, onChange, leftOut = [] }: Props) {
  const t = useReviewText()
  const terms = useTerms()
  const label = useFieldLabel()
  const note = useRef<HTMLTextAreaElement>(null)
  const offered = reasonsFor(choice.decision).filter(({ code }) => !leftOut.includes(code))
  const choose = (code: ReasonCode): void => onChange({ ...choice, reasons: toggle(choice.reasons, code) })
  useKeys(Object.fromEntries(offered.map(({ key, code }) => [key, () => choose(code)])))
  const isOther = choice.reasons.includes('LAINNYA')
  useEffect(() => {
    if (isOther) note.current?.focus()
  }, [isOther])
  if (offered.length === 0) return null
  return (
    <Stack gap="xs">
      <Checkbox.Group
        label={t(choice.decision === 'rejected' ? 'decide.reasons.reject' : 'decide.reasons.return')}
        value={choice.reasons}
        onChange={(codes) => onChange({ ...choice, reasons: codes as ReasonCode[] })}
      >
        <Stack gap={6} mt={6}>
          {offered.map(({ key, code }) => (
            <Group key={code} gap="xs" wrap="nowrap">
              <Checkbox value={code} label={terms(`reason.${code}`)} aria-keyshortcuts={key} />
              <KeyHint keys={key} />
            </Group>
          ))}
        </Stack>
      </Checkbox.Group>
      {isOther && (
        <>
          <Textarea
            ref={note}
            label={t('decide.note', { min: OTHER_REASON_MIN_LENGTH })}
            value={choice.note}
            onChange={({ currentTarget }) => onChange({ ...choice, note: currentTarget.value })}
            autosize
            minRows={2}
          />
          {choice.decision === 'needs_correction' && (
            <Select
              label={t('decide.field')}
              data={RETURN_FIELDS.map((field) => ({ value: field, label: label(field) }))}
              value={choice.field}
              onChange={(field) => onChange({ ...choice, field })}
              searchable
            />
          )}
        </>
      )}
      {choice.reasons.some((code) => SECOND_PERSON_REASONS.includes(code)) && (
        <Text size="sm">{t('decide.second-person')}</Text>
      )}
    </Stack>
  )
}
