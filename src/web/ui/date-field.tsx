import { TextInput, type TextInputProps } from '@mantine/core'
import { readDate, writeDate } from './date-text.ts'
import { useUiText } from './texts.ts'

type Props = Omit<TextInputProps, 'value' | 'onChange' | 'error' | 'type'> & {
  /** As it was typed: `readDate` says which day it is. */
  value: string
  onChange: (value: string) => void
  error?: string | undefined
}

/**
 * A day typed as people write it here, day first: the box of a browser follows its own language. Whatever separates the parts,
 * it is tidied when the box is left.
 */
export function DateField({ value, onChange, error, ...rest }: Props) {
  const t = useUiText()
  const tidy = (): void => {
    const date = readDate(value)
    if (date !== null && writeDate(date) !== value) onChange(writeDate(date))
  }
  return (
    <TextInput
      {...rest}
      placeholder={t('date.example')}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      onBlur={tidy}
      inputMode="numeric"
      autoComplete="off"
      error={error}
      {...(error && { 'data-wrong': true })}
    />
  )
}
