import { Box, Button, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import type { Draft } from './draft.ts'
import type { FieldErrors } from './errors.ts'
import { consentQuery } from './queries.ts'
import { useIntakeText } from './texts.ts'
import { TickField } from './tick-field.tsx'

type Props = { draft: Draft; errors: FieldErrors; onSet: (change: Partial<Draft>, path: string) => void }

/** What is read out, in its version, and what the family says to it. */
export function ConsentSection({ draft, errors, onSet }: Props) {
  const t = useIntakeText()
  const text = useQuery(consentQuery())
  const version = text.data?.version ?? null
  const question = (key: 'processing' | 'whatsapp'): string =>
    text.data?.questions.find((one) => one.key === key)?.text ?? t(`consent.${key}`)
  const outdated = errors['consent.version']
  return (
    <Section title={t('consent.title')}>
      <Stack gap="sm">
        {text.isPending && <Skeleton h={160} />}
        {text.isError && <ProblemNotice error={text.error} />}
        {text.data && (
          <Box
            mah={260}
            p="sm"
            bg="var(--mantine-color-default-hover)"
            // Of a form that is locked nothing can have the focus, so nothing may need it to be scrolled.
            style={{ overflow: draft.sent === null ? 'auto' : 'hidden', borderRadius: 'var(--mantine-radius-md)' }}
            tabIndex={0}
            role="region"
            aria-label={t('consent.text', { version: text.data.version })}
          >
            {text.data.paragraphs.map(({ key, heading, text: paragraph }) => (
              <Box key={key} mb="sm">
                <Title order={3} size="h6">
                  {heading}
                </Title>
                <Text size="sm">{paragraph}</Text>
              </Box>
            ))}
          </Box>
        )}
        {version !== null && (
          <Text size="sm" c="dimmed">
            {t('consent.version', { version })}
          </Text>
        )}
        {outdated && (
          <Box>
            <Text c="red">{outdated}</Text>
            <Button
              variant="default"
              data-wrong
              onClick={() => {
                onSet({ processing: false, whatsapp: false, consentVersion: null }, 'consent.version')
                void text.refetch()
              }}
            >
              {t('consent.reload')}
            </Button>
          </Box>
        )}
        <TickField
          label={question('processing')}
          checked={draft.processing}
          onChange={(processing) => onSet({ processing, consentVersion: version }, 'consent.processing')}
          error={errors['consent.processing']}
        />
        <TickField
          label={question('whatsapp')}
          checked={draft.whatsapp}
          onChange={(whatsapp) => onSet({ whatsapp, consentVersion: version }, 'consent.whatsapp')}
          error={errors['consent.whatsapp']}
        />
        <TickField
          label={t('consent.originals')}
          checked={draft.originalsSeen}
          onChange={(originalsSeen) => onSet({ originalsSeen }, 'originalsSeen')}
          error={errors['originalsSeen']}
        />
      </Stack>
    </Section>
  )
}
