import { Button, Collapse, Group, MultiSelect, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFilter } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { CHANNELS } from '../../../contracts/household-terms.ts'
import { QUEUE_KEYS } from '../../../contracts/lifecycle/queues.ts'
import { FLAGS, MEMBERSHIP_OUTCOMES, STATES } from '../../../contracts/lifecycle/states.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTerms } from '../../ui/terms/terms.ts'
import { FilterSummary } from './filter-summary.tsx'
import { LEASES, type ProposalSearch, SEATS, toFilters, toLooks } from './proposal-search.ts'
import { officesQuery } from './queries.ts'
import { RegionFilter } from './region-filter.tsx'
import { useProposalText } from './texts.ts'

/** A moment as the box of the browser wants it, in its own zone. */
function toLocal(at: string): string {
  const moment = new Date(at)
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

type Chooser<Value extends string> = {
  label: string
  values: readonly Value[]
  chosen: readonly Value[] | undefined
  wordOf: (value: Value) => string
  onChange: (values: Value[] | undefined) => void
}

function Several<Value extends string>({ label, values, chosen = [], wordOf, onChange }: Chooser<Value>) {
  return (
    <MultiSelect
      label={label}
      data={values.map((value) => ({ value, label: wordOf(value) }))}
      value={[...chosen]}
      onChange={(next) => {
        const found = values.filter((value) => next.includes(value))
        onChange(found.length > 0 ? found : undefined)
      }}
      searchable
      clearable
      hidePickedOptions
    />
  )
}

function MoreFilters({ onChange }: { onChange: (to: ProposalSearch) => void }) {
  const t = useProposalText()
  const terms = useTerms()
  const search = useSearch({ from: '/signed-in/usulan' })
  const { data: offices } = useQuery(officesQuery)
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
      <Several
        label={t('filter.flag')}
        values={FLAGS}
        chosen={search.flag}
        wordOf={(flag) => terms(`flag.${flag}`)}
        onChange={(flag) => onChange({ flag })}
      />
      <Select
        label={t('filter.queue')}
        data={QUEUE_KEYS.map((value) => ({ value, label: terms(`queue.${value}`) }))}
        value={search.queue ?? null}
        onChange={(value) => onChange({ queue: QUEUE_KEYS.find((one) => one === value) })}
        placeholder={t('list.all')}
        clearable
      />
      <Several
        label={t('filter.membership')}
        values={MEMBERSHIP_OUTCOMES}
        chosen={search.membership}
        wordOf={(outcome) => terms(`membership.${outcome}`)}
        onChange={(membership) => onChange({ membership })}
      />
      <Several
        label={t('filter.channel')}
        values={CHANNELS}
        chosen={search.channel}
        wordOf={(channel) => terms(`channel.${channel}`)}
        onChange={(channel) => onChange({ channel })}
      />
      <Several
        label={t('filter.office')}
        values={offices?.items.map(({ id }) => id) ?? search.office ?? []}
        chosen={search.office}
        wordOf={(id) => offices?.items.find((office) => office.id === id)?.name ?? id}
        onChange={(office) => onChange({ office })}
      />
      <RegionFilter chosen={search.regionCode ?? []} onChange={(regionCode) => onChange({ regionCode })} />
      <Several
        label={t('filter.lease')}
        values={LEASES}
        chosen={search.lease}
        wordOf={(lease) => t(`filter.lease.${lease}`)}
        onChange={(lease) => onChange({ lease })}
      />
      <Several
        label={t('filter.seat')}
        values={SEATS}
        chosen={search.seat}
        wordOf={(seat) => t(`filter.seat.${seat}`)}
        onChange={(seat) => onChange({ seat })}
      />
      <TextInput
        type="datetime-local"
        label={t('filter.dueBefore')}
        value={search.dueBefore ? toLocal(search.dueBefore) : ''}
        onChange={({ currentTarget: { value } }) =>
          onChange({ dueBefore: value === '' ? undefined : new Date(value).toISOString() })
        }
      />
      <TextInput
        type="date"
        label={t('filter.submittedFrom')}
        value={search.submittedFrom ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ submittedFrom: value || undefined })}
      />
      <TextInput
        type="date"
        label={t('filter.submittedTo')}
        value={search.submittedTo ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ submittedTo: value || undefined })}
      />
    </SimpleGrid>
  )
}

/** Search and filters of the list; the address holds them. */
export function ListFilters() {
  const t = useProposalText()
  const terms = useTerms()
  const search = useSearch({ from: '/signed-in/usulan' })
  const navigate = useNavigate({ from: '/usulan' })
  const [q, setQ] = useState(search.q ?? '')
  const [isOpen, { toggle }] = useDisclosure(false)
  const change = (to: ProposalSearch): void => void navigate({ search: (former) => ({ ...former, ...to }) })
  const isFiltered = Object.keys(toFilters(search)).length > 0
  return (
    <Stack gap="xs">
      <form role="search" onSubmit={onSubmit(() => change({ q: q.trim() === '' ? undefined : q.trim() }))}>
        <Group align="flex-end" gap="xs">
          <TextInput
            flex={1}
            miw={240}
            label={t('list.search')}
            value={q}
            onChange={({ currentTarget }) => setQ(currentTarget.value)}
            autoComplete="off"
          />
          <Button type="submit">{t('list.search.submit')}</Button>
          <Button
            variant="default"
            leftSection={<IconFilter size={18} />}
            onClick={toggle}
            aria-expanded={isOpen}
            aria-controls="saringan"
          >
            {t('filter.more')}
          </Button>
        </Group>
      </form>
      <div id="saringan">
        <Collapse expanded={isOpen}>
          <Stack gap="sm">
            <Several
              label={t('filter.state')}
              values={STATES}
              chosen={search.state}
              wordOf={(state) => terms(`state.${state}`)}
              onChange={(state) => change({ state })}
            />
            <MoreFilters onChange={change} />
          </Stack>
        </Collapse>
      </div>
      {isFiltered && (
        <Group gap="xs">
          <FilterSummary search={search} onChange={change} />
          <Button variant="subtle" size="compact-sm" onClick={() => void navigate({ search: toLooks })}>
            {t('list.clear')}
          </Button>
        </Group>
      )}
    </Stack>
  )
}
