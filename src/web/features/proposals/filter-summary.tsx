import { Group, Pill, Text } from '@mantine/core'
import { useTimes } from '../../lib/time.ts'
import { useTerms } from '../../ui/terms/terms.ts'
import { useFilterNames } from './filter-names.ts'
import { type ProposalSearch, toFilters } from './proposal-search.ts'
import { useProposalText } from './texts.ts'

type Name = keyof ReturnType<typeof toFilters>

/** The filters in words, each to be taken away where `onChange` is given. `none`: what is said when there are none. */
export function FilterSummary({
  search,
  none,
  onChange,
}: {
  search: ProposalSearch
  none?: string
  onChange?: (to: ProposalSearch) => void
}) {
  const t = useProposalText()
  const terms = useTerms()
  const times = useTimes()
  const nameOf = useFilterNames(search)
  const wordOf = (name: Name, value: string): string => {
    switch (name) {
      case 'state':
        return terms(`state.${value}` as 'state.eligible')
      case 'flag':
        return terms(`flag.${value}` as 'flag.reminded')
      case 'queue':
        return terms(`queue.${value}` as 'queue.mine')
      case 'channel':
        return terms(`channel.${value}` as 'channel.mpp')
      case 'membership':
        return terms(`membership.${value}` as 'membership.not_found')
      case 'lease':
        return t(`filter.lease.${value}` as 'filter.lease.mine')
      case 'seat':
        return t(`filter.seat.${value}` as 'filter.seat.waiting')
      case 'regionCode':
      case 'office':
        return nameOf(value)
      case 'submittedFrom':
      case 'submittedTo':
        return times.date(value)
      case 'dueBefore':
        return times.moment(value)
      default:
        return value
    }
  }
  const entries = (Object.entries(toFilters(search)) as [Name, string | string[]][]).map(
    ([name, values]) => [name, [values].flat()] as const,
  )
  if (entries.length === 0) return none === undefined ? null : <Text size="sm">{none}</Text>
  return (
    <Group gap={6}>
      {entries.flatMap(([name, values]) =>
        values.map((value) => {
          const text = t('filter.is', { name: t(`filter.${name}`), value: wordOf(name, value) })
          const rest = values.filter((one) => one !== value)
          return (
            <Pill
              key={`${name} ${value}`}
              size="md"
              withRemoveButton={onChange !== undefined}
              onRemove={() => onChange?.({ [name]: rest.length > 0 ? rest : undefined })}
              removeButtonProps={{
                'aria-label': t('filter.remove', { filter: text }),
                tabIndex: 0,
                'aria-hidden': false,
              }}
            >
              {text}
            </Pill>
          )
        }),
      )}
    </Group>
  )
}
