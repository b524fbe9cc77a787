import { Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

type Props = { title: string; lead?: string; aside?: ReactNode; children: ReactNode }

export function SettingsPage({ title, lead, aside, children }: Props) {
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <Title order={1} size="h2">
          {title}
        </Title>
        {aside}
      </Group>
      {lead !== undefined && <Text>{lead}</Text>}
      {children}
    </Stack>
  )
}
