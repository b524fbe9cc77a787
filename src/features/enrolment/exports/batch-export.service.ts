import type { Readable } from 'node:stream'
import type { BatchExportInput } from '../../../contracts/api/batches.ts'
import type { ProfileDefinition } from '../../../contracts/api/template-profiles.ts'
import type { AuditEvent } from '../../../contracts/audit-actions.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Ids } from '../../../platform/ids.ts'
import { streamSheet } from '../../../platform/tables/table-stream.ts'
import type { Db } from '../../database.ts'
import { keepProfile, type StoredBatch, type StoredSeal } from '../batches/batch.repository.ts'
import { type BatchAccess, batchEvent } from '../batches/batch-access.ts'
import { listFrozen } from '../batches/batch-rows.repository.ts'
import { createContentHash } from '../batches/content.domain.ts'
import { openContent } from '../batches/row-sealing.ts'
import type { Caller, EnrolmentPorts } from '../enrolment.ports.ts'
import { leadOf, rowOf, withApostrophe } from '../profiles/cells.domain.ts'
import type { Profiles } from '../profiles/profiles.service.ts'

export type BatchExportsDeps = {
  db: Db
  access: BatchAccess
  profiles: Pick<Profiles, 'require'>
  sealer: Sealer
  ids: Ids
  ports: Pick<EnrolmentPorts, 'regions' | 'audit'>
}

/** Rows of one read: half a megabyte, opened one by one. */
const PAGE = 1000
const WIDTH = 16

/** `aborted`: whoever downloaded went away; `failed`: we could not go on, or the rows are not what was sealed. */
type Outcome = 'completed' | 'aborted' | 'failed'
export type StartedBatchExport = {
  fileName: string
  content: Readable
  /** To be called once, when nothing more goes out. */
  end(delivered: boolean): Promise<void>
}

const writtenDay = (day: string): string => day.split('-').reverse().join('/')

/** Files for BPJS. Nothing of one is stored: it is written while the frozen rows are read, and says the same every time. */
export function createBatchExports({ db, access, profiles, sealer, ids, ports }: BatchExportsDeps) {
  const requireSealed = async (caller: Caller, batchId: string): Promise<StoredBatch & { seal: StoredSeal }> => {
    const batch = await access.require(db, caller, batchId)
    const { seal } = batch
    if (!seal) throw new AppError('batch_not_sealed')
    return { ...batch, seal }
  }

  /** The layout that was asked for; else the one that the batch keeps. */
  const layoutOf = async (caller: Caller, batch: StoredBatch, input: BatchExportInput) => {
    const profileId = input.profileId ?? batch.profile?.id
    if (profileId === undefined) {
      throw new AppError('invalid_input', { issues: [{ path: 'profileId', code: 'required' }] })
    }
    const kept = batch.profile?.id === profileId ? batch.profile.version : undefined
    return profiles.require(db, caller, profileId, input.profileVersion ?? kept)
  }

  return {
    /**
     * Starts the file of a sealed batch. The audit has its beginning before the first byte and its end with rows and outcome. The first
     * layout stays with the batch. Throws `batch_not_sealed`, `invalid_input` without a layout, `not_found` for another region's.
     */
    async start(caller: Caller, batchId: string, input: BatchExportInput): Promise<StartedBatchExport> {
      const batch = await requireSealed(caller, batchId)
      const { seal } = batch
      const profile = await layoutOf(caller, batch, input)
      const { definition } = profile
      const exportId = ids.next()
      const entry = (outcome: Outcome | 'started', rows: number | null): AuditEvent =>
        batchEvent(caller, 'export_batch', batch, {
          exportId,
          outcome,
          rows,
          number: seal.number,
          format: input.format,
          profileId: profile.id,
          profileVersion: profile.version,
        })
      await ports.audit.write(entry('started', null))
      await keepProfile(db, batchId, { id: profile.id, version: profile.version })

      const progress = { rows: 0, hasFailed: false }
      async function* rows(): AsyncGenerator<string[]> {
        const hash = createContentHash()
        try {
          for (;;) {
            const page = await listFrozen(db, batchId, progress.rows, PAGE)
            for (const { proposalId, position, content } of page) {
              const opened = openContent(sealer, batchId, proposalId, content)
              hash.add(opened)
              progress.rows += 1
              // A hole in the numbers is a row that somebody took away.
              if (position !== progress.rows) throw new AppError('internal_error')
              yield rowOf(definition, opened, position).map(({ text }) => text)
            }
            if (page.length < PAGE) break
          }
          if (progress.rows !== seal.rows || !hash.digest().equals(seal.hash)) throw new AppError('internal_error')
        } catch (cause) {
          progress.hasFailed = true
          throw cause
        }
      }

      return {
        fileName: `usulan-${seal.number}.${input.format}`,
        content: streamSheet(
          leadOf(definition, titleValues(batch, seal)),
          definition.columns.map(({ width }) => width ?? WIDTH),
          rows(),
          formatOf(definition, input.format),
        ),
        async end(delivered) {
          const outcome: Outcome = progress.hasFailed ? 'failed' : delivered ? 'completed' : 'aborted'
          await ports.audit.write(entry(outcome, progress.rows))
        },
      }
    },
  }

  function titleValues({ regionCode, letterNumber }: StoredBatch, seal: StoredSeal) {
    return {
      region: ports.regions.nameOf(regionCode) ?? regionCode,
      number: seal.number,
      letter: letterNumber ?? '-',
      date: writtenDay(dayInZone(seal.sealedAt, ports.regions.timeZoneOf(regionCode))),
      rows: String(seal.rows),
    }
  }
}
export type BatchExports = ReturnType<typeof createBatchExports>

function formatOf({ csv, sheet }: ProfileDefinition, format: BatchExportInput['format']) {
  if (format === 'xlsx') return { kind: 'xlsx' as const, sheet }
  const { separator, apostrophe } = csv
  return { kind: 'csv' as const, separator, ...(apostrophe && { mark: withApostrophe }) }
}
