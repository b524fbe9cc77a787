import {
  Alert,
  Button,
  Fieldset,
  FileButton,
  Group,
  List,
  Progress,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Quota, TakeoverReport } from '../../../contracts/api/quota.ts'
import { probeFile } from '../../lib/chosen-file.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { isCode } from '../../lib/problem.ts'
import { useTimes } from '../../lib/time.ts'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { takeOver } from './calls.ts'
import { paramsOf } from './queries.ts'
import { useQuotaText } from './texts.ts'

const ACCEPT = '.csv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** What the list holds, and what taking it over would do, or has done. */
function Report({ report }: { report: TakeoverReport }) {
  const t = useQuotaText()
  const { number } = useTimes()
  const { outcome, rows, people, repeated, refused, faults, takenOver, seated, waiting } = report
  const { seatsNeeded, free, freeAfter, missing } = report
  return (
    <Stack gap="xs" role="status">
      {outcome !== 'checked' && (
        <Alert role="note" color="green" variant="light">
          {t(`takeover.${outcome}`, { people: number(people) })}
        </Alert>
      )}
      <Facts
        rows={[
          [t('takeover.rows'), number(rows)],
          [t('takeover.people'), number(people)],
          [t('takeover.repeated'), number(repeated)],
          [t('takeover.refused'), number(refused)],
          [t('takeover.taken-over'), number(takenOver)],
          [t('takeover.seated'), number(seated)],
          [t('takeover.waiting'), number(waiting)],
          [t('takeover.needed'), number(seatsNeeded)],
          [t('takeover.free'), number(free)],
          [t('takeover.free-after'), freeAfter === null ? '–' : number(freeAfter)],
        ]}
      />
      {missing > 0 && (
        <Alert role="note" color="red" variant="light">
          {t('takeover.missing', { missing })}
        </Alert>
      )}
      {refused > 0 && (
        <Alert role="note" color="orange" variant="light" title={t('takeover.faults', { refused })}>
          <List size="sm">
            {faults.map(({ row, message }) => (
              <List.Item key={row}>{message}</List.Item>
            ))}
          </List>
          {refused > faults.length && <Text size="sm">{t('takeover.faults.more')}</Text>}
        </Alert>
      )}
    </Stack>
  )
}

const isReady = ({ outcome, refused, missing, people, takenOver }: TakeoverReport): boolean =>
  outcome === 'checked' && refused === 0 && missing === 0 && people > takenOver

/** People whom Jamkesda pays, from the file of the health office: looked at first, then taken over whole. */
export function TakeoverSection({ quota, onApplied }: { quota: Quota; onApplied: () => Promise<unknown> }) {
  const t = useQuotaText()
  const [asOf, setAsOf] = useState(`${quota.year}-01-01`)
  const [document, setDocument] = useState('')
  /** Null as long as nobody had to name one. */
  const [sheet, setSheet] = useState<string | null>(null)
  const [file, setFile] = useState<File | null>(null)
  const [sent, setSent] = useState(0)
  const forget = useRef<() => void>(null)
  const end = useRef<HTMLDivElement>(null)
  const send = useMutation({
    mutationFn: async (apply: boolean) => {
      setSent(0)
      if (file) await probeFile(file)
      const form = new FormData()
      for (const [name, value] of Object.entries({ asOf, document, apply: String(apply) })) form.set(name, value)
      if (sheet !== null && sheet.trim() !== '') form.set('sheet', sheet.trim())
      if (file) form.set('file', file)
      return await takeOver(form, { params: paramsOf(quota), onProgress: setSent })
    },
    onSuccess: async ({ outcome }) => {
      // Known already: by an answer that was lost, or by somebody else. The figures here are older.
      if (outcome !== 'checked') await onApplied()
    },
    // The button that was pressed is gone, or was out of use meanwhile.
    onSettled: () => end.current?.focus(),
  })
  /** What was found out is of what was sent. */
  const change =
    <Value,>(set: (value: Value) => void) =>
    (value: Value): void => {
      set(value)
      send.reset()
    }
  const choose = (chosen: File | null): void => {
    if (chosen) change(setFile)(chosen)
    // A browser is silent when its box has the same file again, though it may be a mended one.
    forget.current?.()
  }
  const { error } = send
  const hasSheets =
    sheet !== null || (isCode(error, 'table_refused') && error.body.details?.['reason'] === 'several_sheets')
  return (
    <form aria-label={t('takeover')} onSubmit={onSubmit(() => send.mutate(false))}>
      <Stack gap="xs">
        <Text fw={600}>{t('takeover')}</Text>
        <Text size="sm" c="dimmed">
          {t('takeover.lead')}
        </Text>
        {/* What is changed while it is under way would throw away what comes back. */}
        <Fieldset variant="unstyled" m={0} disabled={send.isPending} aria-label={t('takeover')}>
          <Stack gap="xs">
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
              <TextInput
                type="date"
                label={t('opening.as-of')}
                value={asOf}
                onChange={({ currentTarget }) => change(setAsOf)(currentTarget.value)}
                error={fieldError(error, 'asOf')}
                required
              />
              <TextInput
                label={t('opening.document')}
                value={document}
                onChange={({ currentTarget }) => change(setDocument)(currentTarget.value)}
                error={fieldError(error, 'document')}
                autoComplete="off"
                required
              />
            </SimpleGrid>
            {hasSheets && (
              <TextInput
                label={t('takeover.sheet')}
                value={sheet ?? ''}
                onChange={({ currentTarget }) => change(setSheet)(currentTarget.value)}
                autoComplete="off"
              />
            )}
            <Group gap="xs">
              <FileButton accept={ACCEPT} onChange={choose} resetRef={forget}>
                {(props) => (
                  <Button {...props} variant="default">
                    {t('takeover.choose')}
                  </Button>
                )}
              </FileButton>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {file ? file.name : t('takeover.no-file')}
              </Text>
            </Group>
            <Button type="submit" variant="default" loading={send.isPending} disabled={!file} w="fit-content">
              {t('takeover.check')}
            </Button>
          </Stack>
        </Fieldset>
        {send.isPending && (
          <div role="status">
            <Progress value={100 * sent} animated aria-label={t('takeover.bar')} />
            <Text size="sm">{t(sent < 1 ? 'takeover.sending' : 'takeover.reading')}</Text>
          </div>
        )}
        <Stack gap="xs" ref={end} tabIndex={-1}>
          <ProblemNotice error={error} />
          {send.data && !send.isPending && (
            <>
              <Report report={send.data} />
              {isReady(send.data) && (
                <Button onClick={() => send.mutate(true)} w="fit-content">
                  {t('takeover.apply', { people: send.data.people - send.data.takenOver })}
                </Button>
              )}
            </>
          )}
        </Stack>
      </Stack>
    </form>
  )
}
