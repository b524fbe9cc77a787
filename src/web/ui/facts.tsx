import { Table } from '@mantine/core'
import type { ReactNode } from 'react'

/** Names and values under each other. `marked`: the one that somebody must look at. */
export function Facts({ rows, marked }: { rows: readonly (readonly [string, ReactNode, string?])[]; marked?: string }) {
  return (
    <Table variant="vertical" layout="fixed" withRowBorders={false} verticalSpacing={4}>
      <Table.Tbody>
        {rows.map(([name, value, field]) => (
          <Table.Tr
            key={name}
            {...(field !== undefined && field === marked && { 'data-marked': true, className: 'marked' })}
          >
            <Table.Th w={150} scope="row">
              {name}
            </Table.Th>
            <Table.Td>{value ?? '–'}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
