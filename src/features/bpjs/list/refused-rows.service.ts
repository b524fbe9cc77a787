import type { Readable } from 'node:stream'
import { type Language, translate } from '../../../contracts/text/index.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import { streamTable } from '../../../platform/tables/table-stream.ts'
import type { Db } from '../../database.ts'
import type { AuditTrail } from '../bpjs.ports.ts'
import { openRefusedBlock } from './list-block.ts'
import { findListAround, readRefusedBlock, type StoredList } from './list-import.repository.ts'
import type { Caller } from './lists.service.ts'

const COLUMN_WIDTH = 18

/** Rows of a list that were refused or repeated, as they came: for whoever made it. */
export function createRefusedRows({ db, sealer, audit }: { db: Db; sealer: Sealer; audit: AuditTrail }) {
  async function* rowsOf(list: StoredList, language: Language): AsyncGenerator<string[]> {
    for (let position = 0; position < list.refusedBlocks; position += 1) {
      const sealed = await readRefusedBlock(db, list.id, position)
      if (!sealed) return
      for (const { line, cells, issues } of openRefusedBlock(sealer, list.id, { position, sealed })) {
        const reasons = issues.map(
          ({ column, code }) =>
            `${translate(language, 'bpjs', `list.column.${column}`)}: ${translate(language, 'bpjs', `list.issue.${code}`)}`,
        )
        yield [String(line), reasons.join(' '), ...list.summary.header.map((_, index) => cells[index] ?? '')]
      }
    }
  }

  return {
    /**
     * The rows as a CSV with the line, the reasons and the columns of the file, written while it is read; audited as an export of
     * identity data. Throws `not_found` for a list of another region, or one of which they are not kept (any more).
     */
    async open(caller: Caller, id: string): Promise<Readable> {
      const { language } = caller
      const list = await findListAround(db, caller.actor.regionCode, id)
      if (!list || list.refusedBlocks === 0) throw new AppError('not_found')
      if (!(await readRefusedBlock(db, id, 0))) throw new AppError('not_found')
      await db.transaction().execute((tx) =>
        audit.record(tx, [
          {
            actorId: caller.actor.userId,
            actorRole: caller.actor.role,
            action: 'export_identity',
            subjectType: 'list',
            subjectId: id,
            requestId: caller.requestId,
            officeId: caller.actor.officeId,
            regionCode: list.regionCode,
            details: { kind: list.kind, month: list.month, rows: list.rowsRefused + list.rowsRepeated },
          },
        ]),
      )
      const header = (key: 'line' | 'reason') => translate(language, 'bpjs', `list.refused.${key}`)
      const columns = [header('line'), header('reason'), ...list.summary.header]
      return streamTable(
        columns.map((text) => ({ header: text, width: COLUMN_WIDTH })),
        rowsOf(list, language),
        { kind: 'csv', separator: ';' },
      )
    },
  }
}
export type RefusedRows = ReturnType<typeof createRefusedRows>
