import { Alert, Button, Checkbox, Group, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { IntakeView } from '../../../contracts/api/intakes.ts'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { DOCUMENT_KINDS, type DocumentKind } from '../../../contracts/document-kinds.ts'
import { RELATIONSHIPS } from '../../../contracts/household-terms.ts'
import { useMay } from '../../app/session.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { reveal } from '../proposals/calls.ts'
import { type Field, HOUSEHOLD_FIELDS, type NumberField, PERSON_FIELDS, standingValues } from './correction-fields.ts'
import { FieldInput } from './field-input.tsx'
import { PhotoInput } from './photo-input.tsx'
import { ReturnedBlock } from './returned-block.tsx'
import { useCorrectionText } from './texts.ts'
import { type CorrectionState, useCorrection } from './use-correction.ts'

const HEAD = 'kepala_keluarga'
const FIRST_BOX = 'input:not([type="file"]), textarea, button'

/** The kind of photo that a returned field asks for; null: any kind; undefined: it asks for none. */
function photoOf(field: string): DocumentKind | null | undefined {
  if (field === 'documents') return null
  return DOCUMENT_KINDS.find((kind) => field === `documents.${kind}`)
}

function Warnings({ form }: { form: CorrectionState }) {
  const t = useCorrectionText()
  if (form.warnings.length === 0) return null
  return (
    <Alert color="yellow" title={t('warnings.title')} role="alert">
      <Checkbox.Group value={form.confirmed} onChange={form.setConfirmed} aria-label={t('warnings.title')}>
        <Stack gap="xs">
          {form.warnings.map(({ code, message }) => (
            <Checkbox key={code} value={code} label={message} />
          ))}
        </Stack>
      </Checkbox.Group>
    </Alert>
  )
}

function Conflict({ form }: { form: CorrectionState }) {
  const t = useCorrectionText()
  const take = useMutation({ mutationFn: form.takeNewest })
  return (
    <Alert color="yellow" title={t('conflict.title')} role="alert">
      <Stack gap="xs" align="flex-start">
        {t('conflict.text')}
        <ProblemNotice error={take.error} />
        <Button variant="default" loading={take.isPending} onClick={() => take.mutate()}>
          {t('conflict.go')}
        </Button>
      </Stack>
    </Alert>
  )
}

type Props = { proposal: ProposalView; intake: IntakeView; onSent: () => void }

/** The answer to a return: what was asked for first, with the focus on it; every other field below. */
export function CorrectionForm({ proposal, intake, onSent }: Props) {
  const t = useCorrectionText()
  const terms = useTerms()
  const may = useMay()
  const shown = useMutation({ mutationFn: () => reveal({ params: { id: proposal.id } }) })
  const standing = standingValues(proposal, intake, shown.data)
  const form = useCorrection(proposal, standing)
  const top = useRef<HTMLDivElement>(null)
  useEffect(() => top.current?.querySelector<HTMLElement>(FIRST_BOX)?.focus(), [])

  const masked: Record<NumberField, string | null> = {
    nik: proposal.nikMasked,
    familyCardNumber: intake.familyCardMasked,
    whatsappNumber: intake.whatsappMasked,
  }
  const box = (field: Field) => (
    <FieldInput
      key={field}
      field={field}
      value={form.value(field)}
      error={form.errorOf(field)}
      masked={field in masked ? masked[field as NumberField] : null}
      villageName={intake.address.villageName ?? intake.address.villageCode}
      onChange={(value) => form.change(field, value)}
    />
  )
  const photos = (asked: DocumentKind | null) => (
    <PhotoInput asked={asked} photos={form.photos} onAdd={form.addPhoto} onRemove={form.removePhoto} />
  )
  const asked = new Set(form.returned.flatMap(({ inputs }) => inputs))
  const isNewHead = form.value('relationship') === HEAD && standing.relationship !== HEAD
  const others = (fields: readonly Field[]) => fields.filter((field) => !asked.has(field)).map(box)

  return (
    <form onSubmit={onSubmit(() => form.send.mutate(undefined, { onSuccess: onSent }))} noValidate>
      <Stack>
        <Section
          title={t('returned.title')}
          aside={
            may(reveal) &&
            !shown.data && (
              <Button
                variant="subtle"
                size="compact-sm"
                title={t('number.show.hint')}
                loading={shown.isPending}
                onClick={() => shown.mutate()}
              >
                {t('number.show')}
              </Button>
            )
          }
        >
          <Text size="sm">{t('returned.lead')}</Text>
          <ProblemNotice error={shown.error} />
          <Stack ref={top}>
            {form.returned.map((returned) => {
              const { field, inputs } = returned
              const photo = photoOf(field)
              return (
                <ReturnedBlock
                  key={field}
                  returned={returned}
                  answer={form.answer(field)}
                  onAnswer={(answer) => form.setAnswer(field, answer)}
                  // The box of the same field says it itself.
                  error={
                    inputs.some((one) => one === field) && form.answer(field) === null ? undefined : form.errorOf(field)
                  }
                  answerError={form.answerError(field)}
                >
                  {inputs.map(box)}
                  {photo !== undefined && photos(photo)}
                </ReturnedBlock>
              )
            })}
          </Stack>
        </Section>
        <Section title={t('others.title')}>
          <Text size="sm">{t('others.lead')}</Text>
          <Text fw={600}>{t('person')}</Text>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>{others(PERSON_FIELDS)}</SimpleGrid>
          {isNewHead && (
            <Select
              label={t('former-head')}
              data={RELATIONSHIPS.filter((one) => one !== HEAD).map((value) => ({
                value,
                label: terms(`relationship.${value}`),
              }))}
              placeholder={t('former-head.none')}
              value={form.formerHead === '' ? null : form.formerHead}
              onChange={(value) => form.setFormerHead(value ?? '')}
              clearable
              error={form.errorOf('formerHeadRelationship')}
            />
          )}
          <Text fw={600}>{t('household')}</Text>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>{others(HOUSEHOLD_FIELDS)}</SimpleGrid>
          {!form.returned.some(({ field }) => field === 'documents') && (
            <>
              <Text fw={600}>{t('photo.more')}</Text>
              {photos(null)}
            </>
          )}
        </Section>
        <Warnings form={form} />
        {form.isConflict ? (
          <Conflict form={form} />
        ) : (
          form.warnings.length === 0 && <ProblemNotice error={form.send.error} />
        )}
        <Group>
          <Button type="submit" loading={form.send.isPending} disabled={form.hasUnconfirmed}>
            {t('send')}
          </Button>
          {form.hasUnconfirmed && <Text size="sm">{t('warnings.left')}</Text>}
        </Group>
      </Stack>
    </form>
  )
}
