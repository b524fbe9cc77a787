import { Button, Checkbox, Group, Radio, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ListKind } from '../../../contracts/api/lists.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { createList } from './calls.ts'
import { useListText } from './texts.ts'

function thisMonth(): string {
  const now = new Date()
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}`
}

/** What the file will be; it is chosen on the page of the list, where it can be chosen again. */
export function NewList() {
  const t = useListText()
  const navigate = useNavigate()
  const [kind, setKind] = useState<ListKind>('membership')
  const [month, setMonth] = useState(thisMonth)
  const [isPartial, setPartial] = useState(false)
  const [isAllActive, setAllActive] = useState(false)
  const create = useMutation({
    mutationFn: () =>
      createList({ body: { kind, month, isPartial, isAllActive: kind === 'membership' && isAllActive } }),
    onSuccess: ({ id }) => navigate({ to: '/daftar-peserta/$id', params: { id } }),
  })
  return (
    <Section title={t('new')}>
      <form aria-label={t('new')} onSubmit={onSubmit(() => create.mutate())}>
        <Stack gap="sm">
          <Radio.Group
            label={t('new.kind')}
            value={kind}
            onChange={(value) => setKind(value === 'poor' ? 'poor' : 'membership')}
          >
            <Group mt={6}>
              <Radio value="membership" label={t('kind.membership')} />
              <Radio value="poor" label={t('kind.poor')} />
            </Group>
          </Radio.Group>
          <TextInput
            type="month"
            label={t('new.month')}
            description={t('new.month.hint')}
            value={month}
            onChange={({ currentTarget }) => setMonth(currentTarget.value)}
            error={fieldError(create.error, 'month')}
            maw={260}
            required
          />
          <Checkbox
            label={t('new.partial')}
            description={t('new.partial.hint')}
            checked={isPartial}
            onChange={({ currentTarget }) => setPartial(currentTarget.checked)}
          />
          {kind === 'membership' && (
            <Checkbox
              label={t('new.all-active')}
              checked={isAllActive}
              onChange={({ currentTarget }) => setAllActive(currentTarget.checked)}
            />
          )}
          <ProblemNotice error={create.error} />
          <Button type="submit" loading={create.isPending} w="fit-content">
            {t('new.submit')}
          </Button>
        </Stack>
      </form>
    </Section>
  )
}
