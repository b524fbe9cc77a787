import { Button, Checkbox, Popover, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconColumns3 } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ProposalColumn } from '../../../contracts/api/proposal-columns.ts'
import { columnsOf, toColumnSearch } from './proposal-search.ts'
import { SHOWN_COLUMNS, useColumnNames } from './shown-columns.ts'
import { useProposalText } from './texts.ts'

/** Which columns the list shows, beside the name that every row has; the address holds them, and a saved view keeps them. */
export function ColumnChooser() {
  const t = useProposalText()
  const names = useColumnNames()
  const search = useSearch({ from: '/signed-in/usulan' })
  const navigate = useNavigate({ from: '/usulan' })
  const [isOpen, { toggle, close }] = useDisclosure(false)
  const choose = (columns: ProposalColumn[] | undefined): void =>
    void navigate({
      search: ({ columns: _former, ...rest }) => ({ ...rest, ...(columns && { columns }) }),
      replace: true,
    })
  return (
    <Popover opened={isOpen} onDismiss={close} position="bottom-start" width={260} trapFocus returnFocus withinPortal>
      <Popover.Target>
        {/* A phone shows each case as a card of the same few facts. */}
        <Button variant="default" leftSection={<IconColumns3 size={18} />} visibleFrom="sm" onClick={toggle}>
          {t('columns.title')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('columns.title')}>
        <Stack gap="sm" align="flex-start">
          <Checkbox.Group
            aria-label={t('columns.title')}
            value={columnsOf(search)}
            onChange={(chosen) => choose(toColumnSearch(SHOWN_COLUMNS.filter((one) => chosen.includes(one))))}
          >
            <Stack gap="xs">
              {SHOWN_COLUMNS.filter((column) => column !== 'fullName').map((column) => (
                <Checkbox key={column} value={column} label={names(column)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Button size="compact-md" variant="default" onClick={() => choose(undefined)}>
            {t('columns.default')}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
