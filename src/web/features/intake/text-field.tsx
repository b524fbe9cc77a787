import { TextInput, type TextInputProps } from '@mantine/core'

type Props = Omit<TextInputProps, 'value' | 'onChange' | 'error'> & {
  value: string
  onChange: (value: string) => void
  error?: string | undefined
}

/** A field of the form: its error stands below it, and it can be found when it is the first that is wrong. */
export function TextField({ value, onChange, error, ...rest }: Props) {
  return (
    <TextInput
      {...rest}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      error={error}
      autoComplete="off"
      {...(error && { 'data-wrong': true })}
    />
  )
}
