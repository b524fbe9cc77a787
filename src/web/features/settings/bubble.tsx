import { Paper, Stack, Text } from '@mantine/core'
import { Fragment } from 'react'
import type { Language } from '../../../contracts/text/message-format.ts'

/** As a phone shows it: stars make words bold. */
export function Bubble({ text, label, language }: { text: string; label: string; language: Language }) {
  const parts = text.split(/\*([^*\n]+)\*/)
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <Paper withBorder p="sm" radius="lg" lang={language} bg="var(--mantine-color-green-light)">
        <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {parts.map((part, index) =>
            index % 2 === 1 ? <strong key={index}>{part}</strong> : <Fragment key={index}>{part}</Fragment>,
          )}
        </Text>
      </Paper>
    </Stack>
  )
}
