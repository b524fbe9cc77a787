import {
  type Profile,
  type ProfileChange,
  type ProfileCreate,
  type ProfileIssue,
  type ProfileItem,
  type ProfilePreview,
  type ProfilePreviewInput,
} from '../../../contracts/api/template-profiles.ts'
import type { AuditAction, AuditEvent } from '../../../contracts/audit-actions.ts'
import { maskNik } from '../../../contracts/primitives/nik.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Ids } from '../../../platform/ids.ts'
import { neutralised } from '../../../platform/tables/table-stream.ts'
import type { Db, Tx } from '../../database.ts'
import { type BatchAccess, batchEvent, batchRegionsOf } from '../batches/batch-access.ts'
import { listFrozen } from '../batches/batch-rows.repository.ts'
import type { RowContent } from '../batches/content.domain.ts'
import { openContent } from '../batches/row-sealing.ts'
import type { Caller, EnrolmentPorts } from '../enrolment.ports.ts'
import { leadOf, rowOf } from './cells.domain.ts'
import { findDefinitionIssues } from './definition-issues.domain.ts'
import {
  findProfile,
  insertProfile,
  insertVersion,
  listProfiles,
  lockProfile,
  type StoredProfile,
} from './profiles.repository.ts'
import { sampleRows } from './sample-rows.domain.ts'

type ProfilesDeps = {
  db: Db
  access: BatchAccess
  sealer: Sealer
  clock: Clock
  ids: Ids
  ports: Pick<EnrolmentPorts, 'regions' | 'audit'>
}

const ISSUES_SHOWN = 500
const SAMPLE_TITLES = { region: 'Kota Contoh', number: '0000-2026-0001', letter: '-', date: '20/11/2026' }

const toItem = ({ definition, changedAt, ...profile }: StoredProfile): ProfileItem => ({
  ...profile,
  columns: definition.columns.length,
  changedAt: changedAt.toISOString(),
})
const toView = (profile: StoredProfile): Profile => ({ ...toItem(profile), definition: profile.definition })

/** As lists show it: identity numbers by their last four digits. */
const masked = (content: RowContent): RowContent => ({
  ...content,
  nik: maskNik(content.nik),
  familyCardNumber: maskNik(content.familyCardNumber),
  phone: `•••• •••• ${content.phone.slice(-4)}`,
})

/** Layouts of files for BPJS branches, kept as data in versions. */
export function createProfiles({ db, access, sealer, clock, ids, ports }: ProfilesDeps) {
  const regionsOf = ({ actor }: Caller): string[] => batchRegionsOf(actor, ports.regions)

  const require = async (executor: Db, caller: Caller, id: string, version?: number): Promise<StoredProfile> => {
    const profile = await findProfile(executor, regionsOf(caller), id, version)
    if (!profile) throw new AppError('not_found')
    return profile
  }

  const event = (
    { actor, requestId }: Caller,
    action: AuditAction,
    profile: { id: string; regionCode: string },
    version: number,
  ): AuditEvent => ({
    actorId: actor.userId,
    actorRole: actor.role,
    action,
    subjectType: 'template_profile',
    subjectId: profile.id,
    requestId,
    officeId: actor.officeId,
    regionCode: profile.regionCode,
    details: { version },
  })

  const requireRegion = (caller: Caller, wanted: string | undefined): string => {
    const regionCodes = regionsOf(caller)
    const regionCode = wanted ?? (regionCodes.length === 1 ? regionCodes[0] : undefined)
    if (regionCode === undefined)
      throw new AppError('invalid_input', { issues: [{ path: 'regionCode', code: 'required' }] })
    if (!regionCodes.includes(regionCode)) throw new AppError('not_found')
    return regionCode
  }

  const contentsFor = async (caller: Caller, { batchId, rows }: ProfilePreviewInput): Promise<RowContent[]> => {
    if (batchId === undefined) return sampleRows(rows)
    // Only who may take the file away sees people in it.
    if (caller.actor.role !== 'penyetuju') throw new AppError('forbidden')
    const batch = await access.require(db, caller, batchId)
    if (!batch.seal) throw new AppError('batch_not_sealed')
    const frozen = await listFrozen(db, batchId, 0, rows)
    await ports.audit.write(batchEvent(caller, 'read_batch', batch, { rows: frozen.length, preview: true }))
    return frozen.map((row) => masked(openContent(sealer, batchId, row.proposalId, row.content)))
  }

  const write = async (
    tx: Tx,
    caller: Caller,
    profile: { id: string; regionCode: string },
    change: { version: number; name: string; definition: Profile['definition']; action: AuditAction },
  ): Promise<void> => {
    const { action, ...version } = change
    await insertVersion(tx, { ...version, profileId: profile.id, by: caller.actor.userId, at: clock.now() })
    await ports.audit.record(tx, [event(caller, action, profile, version.version)])
  }

  return {
    /** The newest version of every layout that the caller's kab/kota may use. */
    async list(caller: Caller): Promise<ProfileItem[]> {
      const found = await listProfiles(db, regionsOf(caller))
      return found.map(toItem).sort((left, right) => left.name.localeCompare(right.name, 'id'))
    },

    /** One version of a layout, the newest without a number. */
    async get(caller: Caller, profileId: string, version?: number): Promise<Profile> {
      return toView(await require(db, caller, profileId, version))
    },

    /** For exports: the stored layout. `not_found` for another region's, or a version that is not there. */
    require,

    /** A new layout of the caller's kab/kota, from a definition or as a copy. Each call is another one. */
    async create(caller: Caller, input: ProfileCreate): Promise<Profile> {
      if ((input.copyOf === undefined) === (input.definition === undefined)) {
        throw new AppError('invalid_input', { issues: [{ path: 'definition', code: 'required' }] })
      }
      const regionCode = requireRegion(caller, input.regionCode)
      const profile = { id: ids.next(), regionCode }
      await db.transaction().execute(async (tx) => {
        const definition = input.definition ?? (await require(tx, caller, input.copyOf ?? '')).definition
        await insertProfile(tx, { ...profile, by: caller.actor.userId, at: clock.now() })
        await write(tx, caller, profile, { version: 1, name: input.name, definition, action: 'create_profile' })
      })
      return toView(await require(db, caller, profile.id))
    },

    /**
     * Adds a version; what was exported with another one keeps that. Throws `version_conflict` when somebody else has changed it since, and
     * `action_not_allowed` for a layout that is shipped: it is copied instead.
     */
    async change(caller: Caller, profileId: string, input: ProfileChange): Promise<Profile> {
      await db.transaction().execute(async (tx) => {
        const stored = await require(tx, caller, profileId)
        const { regionCode } = stored
        if (regionCode === null) throw new AppError('action_not_allowed')
        const newest = await lockProfile(tx, profileId)
        if (newest !== input.version) throw new AppError('version_conflict')
        const { name, definition } = input
        await write(
          tx,
          caller,
          { id: profileId, regionCode },
          { version: newest + 1, name, definition, action: 'change_profile' },
        )
      })
      return toView(await require(db, caller, profileId))
    },

    /**
     * What a layout makes of invented people, or of a sealed batch with numbers masked, and what is odd about it. Stores nothing. Throws
     * `batch_not_sealed`, and `forbidden` for people of a batch to whoever may not export it.
     */
    async preview(caller: Caller, input: ProfilePreviewInput): Promise<ProfilePreview> {
      const { definition } = input
      const contents = await contentsFor(caller, input)
      const issues: ProfileIssue[] = findDefinitionIssues(definition)
      const rows = contents.map((content, index) =>
        rowOf(definition, content, index + 1).map(({ text, issue }, column) => {
          if (issue) issues.push({ ...issue, column: column + 1, row: index + 1 })
          return neutralised(text)
        }),
      )
      return {
        lead: leadOf(definition, { ...SAMPLE_TITLES, rows: String(contents.length) }),
        rows,
        issues: issues.slice(0, ISSUES_SHOWN),
      }
    },
  }
}
export type Profiles = ReturnType<typeof createProfiles>
