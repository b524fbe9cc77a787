import { expect, test } from 'vitest'
import { runTemplatesCommand } from './templates.command.ts'

function run(args: readonly string[], withPicture: boolean): string {
  const lines: string[] = []
  runTemplatesCommand(args, { withPicture, print: (line) => void lines.push(line) })
  return lines.join('\n')
}

test('the list names the header only while the receipt goes under a picture', () => {
  expect(run([], false)).not.toMatch(/HEADER|picture/)
  expect(run([], true)).toContain('puntadewa_received_picture_v1\tUTILITY\tid\nHEADER\tIMAGE\n')
})

test('the requests have the header before the body, with an example that has to be written', () => {
  type Request = { name: string; components: { type: string; format?: string; example: object }[] }
  const requests = JSON.parse(run(['--json'], true)) as Request[]
  const headed = requests.filter(({ components }) => components.length > 1)
  expect(headed.map(({ name }) => name)).toEqual(Array(2).fill('puntadewa_received_picture_v1'))
  expect(headed[0]?.components).toMatchObject([
    { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['HANDLE_OF_AN_UPLOADED_EXAMPLE'] } },
    { type: 'BODY' },
  ])
  expect(run(['--json'], false)).not.toContain('HEADER')
})
