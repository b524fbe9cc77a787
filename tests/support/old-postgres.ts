import type { Socket } from 'node:net'

const message = (kind: string, ...parts: (Buffer | string)[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(kind), length, body])
}

const READY = message('Z', 'I')
const LET_IN = Buffer.concat([message('R', Buffer.alloc(4)), READY])
const INT4 = '00000017'
const TEXT = '00000019'

/** One row of one column. */
function row(name: string, type: string, value: string): Buffer {
  const column = Buffer.from(`000000000000${type}ffffffffffff0000`, 'hex')
  return Buffer.concat([
    message('T', Buffer.from([0, 1]), `${name}\0`, column),
    message('D', Buffer.from([0, 1, 0, 0, 0, value.length]), value),
    message('C', 'SELECT 1\0'),
    READY,
  ])
}

/** Speaks as much of the protocol as it takes to let anybody in and to say, whatever is asked, that this is PostgreSQL 14.12. */
export function answerAsOldPostgres(socket: Socket): void {
  socket.once('data', () => {
    socket.write(LET_IN)
    socket.on('data', (chunk) => {
      if (!chunk.toString().startsWith('Q')) socket.end()
      else if (chunk.includes('server_version_num')) socket.write(row('version', INT4, '140012'))
      else socket.write(row('server_version', TEXT, '14.12'))
    })
  })
  socket.on('error', () => undefined)
}
