import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useState } from 'react'
import type { ProfileColumn } from '../../../contracts/api/template-profiles.ts'
import { Section } from '../../ui/section.tsx'
import { useLayoutText } from './texts.ts'
import { CODED, isCoded, SOURCES, useWordName } from './words.ts'

const REGION_CODES = ['districtCode', 'villageCode']
const HEADERS_MAX = 3

/** Left out instead of undefined: that is how the server knows it was not said. */
function without<Key extends 'upperCase' | 'plainCode' | 'codes' | 'text' | 'width'>(
  column: ProfileColumn,
  name: Key,
): Omit<ProfileColumn, Key> {
  const { [name]: _, ...rest } = column
  return rest
}

function ColumnForm({ column, onChange }: { column: ProfileColumn; onChange: (to: ProfileColumn) => void }) {
  const t = useLayoutText()
  const nameOf = useWordName()
  const { source, headers, codes = {} } = column
  return (
    <Stack gap="xs">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        <Select
          label={t('column.source')}
          data={SOURCES.map((value) => ({ value, label: t(`source.${value}`) }))}
          value={source}
          onChange={(value) => {
            const chosen = SOURCES.find((one) => one === value)
            if (chosen) onChange({ ...without(without(column, 'codes'), 'text'), source: chosen })
          }}
          allowDeselect={false}
          searchable
        />
        <Textarea
          label={t('column.headers')}
          description={t('column.headers.hint')}
          value={headers.join('\n')}
          onChange={({ currentTarget }) =>
            onChange({ ...column, headers: currentTarget.value.split('\n').slice(0, HEADERS_MAX) })
          }
          rows={2}
        />
        {source === 'constant' && (
          <TextInput
            label={t('column.text')}
            value={column.text ?? ''}
            onChange={({ currentTarget }) => onChange({ ...column, text: currentTarget.value })}
          />
        )}
        <Select
          label={t('column.upper-case')}
          data={[
            { value: 'file', label: t('column.upper-case.file') },
            { value: 'yes', label: t('column.upper-case.yes') },
            { value: 'no', label: t('column.upper-case.no') },
          ]}
          value={column.upperCase === undefined ? 'file' : column.upperCase ? 'yes' : 'no'}
          onChange={(value) =>
            onChange(value === 'file' ? without(column, 'upperCase') : { ...column, upperCase: value === 'yes' })
          }
          allowDeselect={false}
        />
      </SimpleGrid>
      {REGION_CODES.includes(source) && (
        <Checkbox
          label={t('column.plain-code')}
          checked={column.plainCode ?? false}
          onChange={({ currentTarget }) => onChange({ ...column, plainCode: currentTarget.checked })}
        />
      )}
      {isCoded(source) && (
        <Fieldset legend={t('column.codes')}>
          <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="xs">
            {CODED[source].map((word) => (
              <TextInput
                key={word}
                label={nameOf(word, source)}
                value={codes[word] ?? ''}
                onChange={({ currentTarget }) =>
                  onChange({ ...column, codes: { ...codes, [word]: currentTarget.value } })
                }
                autoComplete="off"
              />
            ))}
          </SimpleGrid>
        </Fieldset>
      )}
    </Stack>
  )
}

type Props = { columns: ProfileColumn[]; isReadOnly: boolean; onChange: (to: ProfileColumn[]) => void }

/** The columns in the order of the file; one at a time is opened to be changed. */
export function ColumnsSection({ columns, isReadOnly, onChange }: Props) {
  const t = useLayoutText()
  const [opened, setOpened] = useState<number | null>(null)
  const move = (from: number, to: number): void => {
    onChange(columns.toSpliced(from, 1).toSpliced(to, 0, ...columns.slice(from, from + 1)))
    setOpened(opened === from ? to : opened === to ? from : opened)
  }
  const add = (): void => {
    onChange([...columns, { source: 'empty', headers: [''] }])
    setOpened(columns.length)
  }
  const nameOf = ({ headers, source }: ProfileColumn): string =>
    headers.filter((header) => header !== '').join(' / ') || t(`source.${source}`)
  return (
    <Section title={t('columns')}>
      <Table verticalSpacing={6} aria-label={t('columns')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={36}>{t('column.number')}</Table.Th>
            <Table.Th>{t('column')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {columns.map((column, index) => {
            const name = `${index + 1} ${nameOf(column)}`
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column has nothing but its place
              <Table.Tr key={index}>
                <Table.Td style={{ verticalAlign: 'top' }}>{index + 1}</Table.Td>
                <Table.Td>
                  <Stack gap="xs">
                    <Group justify="space-between" gap="xs">
                      <div>
                        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                          {nameOf(column)}
                        </Text>
                        <Text size="sm" c="dimmed">
                          {t(`source.${column.source}`)}
                        </Text>
                      </div>
                      {!isReadOnly && (
                        <Group gap={4}>
                          <Button
                            size="compact-sm"
                            variant="default"
                            disabled={index === 0}
                            onClick={() => move(index, index - 1)}
                            aria-label={t('column.up', { name })}
                          >
                            ↑
                          </Button>
                          <Button
                            size="compact-sm"
                            variant="default"
                            disabled={index === columns.length - 1}
                            onClick={() => move(index, index + 1)}
                            aria-label={t('column.down', { name })}
                          >
                            ↓
                          </Button>
                          <Button
                            size="compact-sm"
                            variant="default"
                            onClick={() => setOpened(opened === index ? null : index)}
                            aria-expanded={opened === index}
                            aria-label={t('column.edit.of', { name })}
                          >
                            {t('column.edit')}
                          </Button>
                          <Button
                            size="compact-sm"
                            variant="default"
                            disabled={columns.length === 1}
                            onClick={() => {
                              onChange(columns.toSpliced(index, 1))
                              setOpened(null)
                            }}
                            aria-label={t('column.remove.of', { name })}
                          >
                            {t('column.remove')}
                          </Button>
                        </Group>
                      )}
                    </Group>
                    {opened === index && !isReadOnly && (
                      <ColumnForm
                        column={column}
                        onChange={(to) => onChange(columns.map((one, place) => (place === index ? to : one)))}
                      />
                    )}
                  </Stack>
                </Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
      {!isReadOnly && (
        <Group>
          <Button variant="default" onClick={add}>
            {t('column.add')}
          </Button>
        </Group>
      )}
    </Section>
  )
}
