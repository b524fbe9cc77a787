import { Alert, Anchor, Button, Checkbox, Group, List, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Batch } from '../../../contracts/api/batches.ts'
import { activeOn, ruleOn } from '../../../contracts/enrolment-dates.ts'
import { useMay } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { localDay } from '../../lib/local-day.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { isCode } from '../../lib/problem.ts'
import { useTimes } from '../../lib/time.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { quotaQuery } from '../quota/queries.ts'
import { removeBatchRows, sealBatch } from './calls.ts'
import { BATCHES, batchQuery, rulesQuery, useShowBatch } from './queries.ts'
import { useRuleWords } from './rule-words.ts'
import { useBatchText } from './texts.ts'

type Own = { proposalId: string; receiptNumber: string }

/** Four eyes: the rows that the person decided or registered, which somebody else has to send. */
function OwnRows({ batch, own, onRemoved }: { batch: Batch; own: readonly Own[]; onRemoved: () => void }) {
  const t = useBatchText()
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () =>
      removeBatchRows({ params: { id: batch.id }, body: { proposalIds: own.map(({ proposalId }) => proposalId) } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: BATCHES })
      onRemoved()
    },
  })
  return (
    <Alert color="orange" title={t('own')} role="alert">
      <Stack gap="xs" align="flex-start">
        <List size="sm">
          {own.map(({ proposalId, receiptNumber }) => (
            <List.Item key={proposalId}>
              <Anchor component={Link} to={`/usulan/${proposalId}`} size="sm" underline="always">
                {receiptNumber}
              </Anchor>
            </List.Item>
          ))}
        </List>
        <Text size="sm">{t('own.hint')}</Text>
        <ProblemNotice error={remove.error} />
        <Button size="compact-md" variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t('own.remove', { count: own.length })}
        </Button>
      </Stack>
    </Alert>
  )
}

/** What sealing means in figures: people, seats of the budget, and the day from which they are insured. */
function Meaning({ batch, today }: { batch: Batch; today: string }) {
  const t = useBatchText()
  const { date, number } = useTimes()
  const wordsOf = useRuleWords()
  const year = Number(today.slice(0, 4))
  const { data: quota } = useQuery(quotaQuery({ regionCode: batch.regionCode, year }))
  const { data: rules } = useQuery(rulesQuery(batch.regionCode))
  const rule = rules && ruleOn(rules.items, today)
  const rows = number(batch.counts.in)
  return (
    <List size="sm">
      <List.Item>{t('seal.rows', { rows })}</List.Item>
      {quota && (
        <List.Item>
          {quota.seats === null
            ? t('seal.seats.none', { year: String(year) })
            : t('seal.seats', { rows, year: String(year), seats: number(quota.seats), free: number(quota.free ?? 0) })}
        </List.Item>
      )}
      {rules && (
        <List.Item>
          {rule
            ? t('seal.date', { rule: wordsOf(rule), day: date(activeOn(rule, today)) })
            : t('seal.date.none', { today: date(today) })}
        </List.Item>
      )}
      <List.Item>{t('seal.checks')}</List.Item>
    </List>
  )
}

function SealDialog({ batch, onClose }: { batch: Batch; onClose: () => void }) {
  const t = useBatchText()
  const client = useQueryClient()
  const show = useShowBatch()
  const [letterNumber, setLetter] = useState('')
  const [sealRest, setRest] = useState(false)
  const [today] = useState(() => localDay(new Date()))
  const seal = useMutation({
    mutationFn: () =>
      sealBatch({
        params: { id: batch.id },
        body: {
          rows: batch.counts.in,
          sealRest,
          ...(letterNumber.trim() !== '' && { letterNumber: letterNumber.trim() }),
        },
      }),
    onSuccess: async (view) => {
      await show(view)
      onClose()
    },
    // Somebody has changed it meanwhile: the figures here follow what stands.
    onError: () => client.invalidateQueries({ queryKey: batchQuery(batch.id).queryKey }),
  })
  const { error } = seal
  const own =
    isCode(error, 'second_person_required') || isCode(error, 'own_intake')
      ? ((error.body.details?.['proposals'] ?? []) as Own[])
      : []
  return (
    <Dialog onClose={onClose} title={t('seal.title', { name: batch.name })}>
      <form onSubmit={onSubmit(() => seal.mutate())}>
        <Stack>
          <Meaning batch={batch} today={today} />
          <TextInput
            label={t('seal.letter')}
            description={t('seal.letter.hint')}
            value={letterNumber}
            onChange={({ currentTarget }) => setLetter(currentTarget.value)}
            error={fieldError(seal.error, 'letterNumber')}
            autoComplete="off"
            data-autofocus
          />
          <Checkbox
            label={t('seal.rest')}
            checked={sealRest}
            onChange={({ currentTarget }) => setRest(currentTarget.checked)}
          />
          <Text size="sm" fw={600}>
            {t('seal.final')}
          </Text>
          {own.length > 0 ? (
            <OwnRows batch={batch} own={own} onRemoved={seal.reset} />
          ) : (
            <ProblemNotice error={error} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={seal.isPending} disabled={batch.counts.in === 0}>
              {t('seal.submit', { rows: batch.counts.in })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

/** Opens what has to be read before a batch is sealed. */
export function SealButton({ batch }: { batch: Batch }) {
  const t = useBatchText()
  const may = useMay()
  const [isOpen, setOpen] = useState(false)
  if (!may(sealBatch)) return null
  return (
    <>
      <Button disabled={batch.counts.in === 0} onClick={() => setOpen(true)}>
        {t('seal')}
      </Button>
      {isOpen && <SealDialog batch={batch} onClose={() => setOpen(false)} />}
    </>
  )
}
