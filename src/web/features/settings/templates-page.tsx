import { Alert, Badge, List, SegmentedControl, Select, SimpleGrid, Skeleton, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MessageTemplateItem } from '../../../contracts/api/message-templates.ts'
import { LANGUAGES } from '../../../contracts/text/message-format.ts'
import { useAppText } from '../../app/texts.ts'
import { useLanguage } from '../../lib/language.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Bubble } from './bubble.tsx'
import { listMessageTemplates } from './calls.ts'
import { SETTINGS } from './queries.ts'
import { SettingsPage } from './settings-page.tsx'
import { useSettingsText } from './texts.ts'

function Template({ template, maxLength }: { template: MessageTemplateItem; maxLength: number }) {
  const t = useSettingsText()
  const { cloud, faults, text, language, key } = template
  return (
    <Section
      title={t(`template.${key}`)}
      aside={
        <Badge color={faults.length > 0 ? 'red' : 'green'} variant="light" tt="none">
          {t('template.faults', { count: faults.length })}
        </Badge>
      }
    >
      {faults.length > 0 && (
        <Alert color="red" variant="light">
          <List>
            {faults.map((fault) => (
              <List.Item key={fault}>{t(`template.fault.${fault}`)}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Bubble text={text} label={t('template.text')} language={language} />
        <Bubble text={cloud.filled} label={t('template.cloud')} language={language} />
      </SimpleGrid>
      <Text size="sm">{t('template.length', { text: text.length, cloud: cloud.filled.length, max: maxLength })}</Text>
      <Text size="sm">
        {t('template.name')}: <span style={{ overflowWrap: 'anywhere' }}>{cloud.name}</span>
      </Text>
      <Table aria-label={t('template.variables')} verticalSpacing={4} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={110}>{t('template.place')}</Table.Th>
            <Table.Th>{t('template.value')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {cloud.variables.map(({ position, name, value }) => (
            <Table.Tr key={position}>
              <Table.Td>
                {`{{${position}}}`}
                <Text size="xs" c="dimmed">
                  {name}
                </Text>
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }} lang={language}>
                {value}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

/** What residents are told, written by the code that writes it, to an invented household. */
export function TemplatesPage() {
  const t = useSettingsText()
  const app = useAppText()
  const [language, setLanguage] = useState(useLanguage())
  const [key, setKey] = useState<string>('received')
  const { data, error } = useQuery({
    queryKey: [SETTINGS, 'templates'],
    queryFn: ({ signal }) => listMessageTemplates({}, { signal }),
  })
  const keys = [...new Set(data?.items.map((item) => item.key))]
  const faulty = data?.items.filter(({ faults }) => faults.length > 0) ?? []
  const shown = data?.items.find((item) => item.key === key && item.language === language)
  return (
    <SettingsPage title={t('part.templates')} lead={t('template.lead')}>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={320} />}
      {data && (
        <>
          <Alert color={faulty.length > 0 ? 'red' : 'green'} variant="light" role="status">
            {t('template.checked', { count: data.items.length, faulty: faulty.length })}
          </Alert>
          <SimpleGrid cols={{ base: 1, xs: 2 }} style={{ alignItems: 'end' }}>
            <Select
              label={t('template.which')}
              data={keys.map((one) => ({ value: one, label: t(`template.${one}`) }))}
              value={key}
              onChange={(to) => setKey(to ?? key)}
              allowDeselect={false}
            />
            <SegmentedControl
              aria-label={app('language')}
              value={language}
              onChange={(to) => setLanguage(LANGUAGES.find((one) => one === to) ?? language)}
              data={LANGUAGES.map((one) => ({ value: one, label: app(`language.${one}`) }))}
            />
          </SimpleGrid>
          {shown && <Template template={shown} maxLength={data.maxLength} />}
        </>
      )}
    </SettingsPage>
  )
}
