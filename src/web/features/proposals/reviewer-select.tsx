import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { reviewersQuery } from './queries.ts'
import { useProposalText } from './texts.ts'

type Props = { value: string | null; onChange: (id: string | null) => void; error?: string | undefined }

/** Whom cases can be given to, by name. */
export function ReviewerSelect({ value, onChange, error }: Props) {
  const t = useProposalText()
  const { data } = useQuery(reviewersQuery)
  return (
    <Select
      label={t('assign.to')}
      placeholder={t('assign.choose')}
      data={data?.items.map(({ id, displayName }) => ({ value: id, label: displayName })) ?? []}
      value={value}
      onChange={onChange}
      error={error}
      searchable
      required
      maw={420}
    />
  )
}
