import { NativeSelect } from '@mantine/core'

type Props<Value extends string> = {
  label: string
  value: Value | ''
  options: readonly Value[]
  word: (value: Value) => string
  onChange: (value: Value | '') => void
  error?: string | undefined
}

/** A few words to choose from. The browser's own: its first letter chooses it, and a phone shows it as it knows best. */
export function ChoiceField<Value extends string>({ label, value, options, word, onChange, error }: Props<Value>) {
  return (
    <NativeSelect
      label={label}
      value={value}
      onChange={({ currentTarget }) => onChange(options.find((option) => option === currentTarget.value) ?? '')}
      data={[{ value: '', label: '–' }, ...options.map((option) => ({ value: option, label: word(option) }))]}
      error={error}
      {...(error && { 'data-wrong': true })}
    />
  )
}
