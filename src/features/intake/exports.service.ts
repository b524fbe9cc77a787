import type { Readable } from 'node:stream'
import type { Actor, Role } from '../../contracts/access.ts'
import type { ExportInput } from '../../contracts/api/exports.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import { type Language, translate } from '../../contracts/text/index.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Ids } from '../../platform/ids.ts'
import { streamTable } from '../../platform/tables/table-stream.ts'
import type { Db } from '../database.ts'
import { holdExport, listExportDetails, releaseHold, renewHold } from './export.repository.ts'
import { columnsOf, maskedNumbers, rowOf } from './export-row.domain.ts'
import type { IntakePorts } from './intake.ports.ts'
import type { ListRow } from './proposal-list.repository.ts'
import { criteriaOf, type ProposalList } from './proposal-list.service.ts'
import type { IntakeSealing } from './sealing.ts'

/** Longer than a socket may stand still (90 s): what is not renewed by then belongs to a process that is gone. */
const HOLD_MS = 3 * 60_000

export type ExportsDeps = {
  db: Db
  clock: Clock
  ids: Ids
  sealing: IntakeSealing
  list: Pick<ProposalList, 'readAll'>
  ports: Pick<IntakePorts, 'regions' | 'offices' | 'audit'>
  /** Who may have full numbers. */
  revealers: readonly Role[]
}
type Request = { actor: Actor; requestId: string; language: Language }

/** `aborted`: whoever downloaded went away; `failed`: we could not go on. Rows: what was read for it until then. */
type Outcome = 'completed' | 'aborted' | 'failed'
export type StartedExport = {
  fileName: string
  content: Readable
  /** To be called once, when nothing more goes out. */
  end(delivered: boolean): Promise<void>
}

/** Lists as files. Nothing of one is stored: it is written while it is read. */
export function createExports({ db, clock, ids, sealing, list, ports, revealers }: ExportsDeps) {
  const officeNames = () => {
    const names = new Map<string, string>()
    return async (officeId: string): Promise<string> => {
      const name = names.get(officeId) ?? (await ports.offices.nameOf(officeId)) ?? ''
      names.set(officeId, name)
      return name
    }
  }

  async function composePage(
    items: readonly ListRow[],
    given: { isFull: boolean; language: Language; nameOf: (officeId: string) => Promise<string> },
  ): Promise<string[][]> {
    const details = await listExportDetails(
      db,
      items.map((item) => item.id),
    )
    const rows: string[][] = []
    for (const item of items) {
      const detail = details.get(item.id)
      if (!detail) continue
      const { familyCardNumber, phone } = sealing.openHousehold(item.intakeId, detail.household_sealed)
      const numbers = given.isFull
        ? { nik: detail.nik_sealed && sealing.openNik(item.id, detail.nik_sealed), familyCardNumber, phone }
        : maskedNumbers({ nikMasked: item.nikMasked, familyCardNumber, phone })
      rows.push(
        rowOf(
          {
            item,
            ...numbers,
            birthDate: detail.birth_date,
            sex: detail.sex,
            relationship: detail.relationship,
            channel: detail.channel,
            membership: detail.membership,
            office: await given.nameOf(detail.office_id),
            villageCode: detail.village_code,
            village: ports.regions.villageName(detail.village_code) ?? '',
            timeZone: ports.regions.timeZoneOf(detail.region_code),
          },
          given.language,
        ),
      )
    }
    return rows
  }

  return {
    /**
     * Starts a download of everything that a list with these filters has. Refuses with `forbidden` (full numbers, a queue of
     * other roles) and `export_running`. The beginning is audited before the first byte, the end with its rows and outcome.
     */
    async start({ actor, requestId, language }: Request, input: ExportInput): Promise<StartedExport> {
      const isFull = input.numbers === 'full'
      if (isFull && !revealers.includes(actor.role)) throw new AppError('forbidden')
      const pages = list.readAll(actor, input.filters)
      const exportId = ids.next()
      const hold = () => {
        const now = clock.now()
        return { userId: actor.userId, exportId, now, until: new Date(now.getTime() + HOLD_MS) }
      }
      const entry = (outcome: Outcome | 'started', rows: number | null): AuditEvent => ({
        actorId: actor.userId,
        actorRole: actor.role,
        officeId: actor.officeId,
        regionCode: actor.regionCode,
        requestId,
        action: isFull ? 'export_identity' : 'export',
        subjectType: 'export',
        subjectId: exportId,
        details: {
          outcome,
          format: input.format,
          rows,
          criteria: criteriaOf(input.filters),
          searched: input.filters.q !== undefined,
        },
      })
      if (!(await holdExport(db, hold()))) throw new AppError('export_running')
      try {
        await ports.audit.write(entry('started', null))
      } catch (cause) {
        await releaseHold(db, hold())
        throw cause
      }

      const progress = { rows: 0, hasFailed: false }
      const nameOf = officeNames()
      async function* rows(): AsyncGenerator<string[]> {
        try {
          for await (const items of pages) {
            if (!(await renewHold(db, hold()))) throw new AppError('export_running')
            const page = await composePage(items, { isFull, language, nameOf })
            progress.rows += page.length
            yield* page
          }
          // Before the last byte: whoever has the whole file may ask for the next one at once.
          await releaseHold(db, hold())
        } catch (cause) {
          progress.hasFailed = true
          throw cause
        }
      }

      const day = dayInZone(clock.now(), ports.regions.timeZoneOf(actor.regionCode))
      return {
        fileName: `${translate(language, 'exports', 'file')}-${day}.${input.format}`,
        content: streamTable(
          columnsOf(language),
          rows(),
          input.format === 'csv'
            ? { kind: 'csv', separator: input.separator }
            : { kind: 'xlsx', sheet: translate(language, 'exports', 'sheet') },
        ),
        async end(delivered) {
          const outcome: Outcome = progress.hasFailed ? 'failed' : delivered ? 'completed' : 'aborted'
          await Promise.all([ports.audit.write(entry(outcome, progress.rows)), releaseHold(db, hold())])
        },
      }
    },
  }
}
export type Exports = ReturnType<typeof createExports>
