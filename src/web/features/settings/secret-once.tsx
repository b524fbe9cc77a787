import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core'
import { useSettingsText } from './texts.ts'

/** What the server shows this one time. It is kept nowhere: not in the browser either, once it is put away. */
export function SecretOnce({ title, secret, onDone }: { title: string; secret: string; onDone: () => void }) {
  const t = useSettingsText()
  return (
    <Alert color="green" variant="light" title={title} role="status">
      <Stack gap="xs">
        <Text>{t('once.text')}</Text>
        <Code fz="md" style={{ overflowWrap: 'anywhere' }} data-secret>
          {secret}
        </Code>
        <Group gap="xs">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button size="compact-md" variant="default" onClick={copy}>
                {t(copied ? 'once.copied' : 'once.copy')}
              </Button>
            )}
          </CopyButton>
          <Button size="compact-md" onClick={onDone}>
            {t('once.done')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
