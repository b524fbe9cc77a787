import { Checkbox } from '@mantine/core'
import type { ReactNode } from 'react'

type Props = { label: ReactNode; checked: boolean; onChange: (checked: boolean) => void; error?: string | undefined }

export function TickField({ label, checked, onChange, error }: Props) {
  return (
    <Checkbox
      label={label}
      checked={checked}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      error={error}
      {...(error && { 'data-wrong': true, 'aria-invalid': true })}
    />
  )
}
