import type { Actor } from '../../../contracts/access.ts'
import type { Telling, TellingInput } from '../../../contracts/api/lists.ts'
import { type Notice, noticeName } from '../../../contracts/events/notices.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Bpjs } from '../../bpjs/index.ts'
import type { Db } from '../../database.ts'
import type { AuditTrail, DriftPorts } from './drift.ports.ts'
import { countChosen, finishTelling, insertTelling, lockDue, markTold } from './telling.repository.ts'

export type Caller = { actor: Actor; requestId: string }
export type TellingDeps = {
  db: Db
  clock: Clock
  ids: Ids
  audit: AuditTrail
  drifts: Bpjs['drifts']
  ports: DriftPorts
}

/** Notices that commit together. */
const BATCH = 100

export function createTelling({ db, clock, ids, audit, drifts, ports }: TellingDeps) {
  return {
    /**
     * Asks the people of a work list to come to the office, in words that say nothing of the reason: those who are registered with us and
     * whose household agreed to messages, each once for a month, whoever chooses them again. Opt-outs, quiet hours and pace are WhatsApp's.
     * A dry run counts only. Throws `not_found` for another region's drift, and `action_not_allowed` once its people were purged.
     */
    async tell(caller: Caller, driftId: string, input: TellingInput): Promise<Telling> {
      const { actor } = caller
      const wanted = { kind: input.kind, village: input.villageCode }
      const { drift, people, known } = await drifts.pickKnown(actor, driftId, wanted)
      if (!drift.hasPeople) throw new AppError('action_not_allowed')
      const agreed = known.filter(({ consentWhatsapp }) => consentWhatsapp)
      const counts = { people, registered: known.length, withConsent: agreed.length }
      if (input.dryRun) {
        const before = await countChosen(
          db,
          drift.toMonth,
          agreed.map(({ nikIndex }) => nikIndex),
        )
        return { id: null, ...counts, alreadyChosen: before, chosen: agreed.length - before }
      }
      const id = ids.next()
      const chosen = await db.transaction().execute(async (tx) => {
        const telling = {
          id,
          driftId,
          kind: input.kind,
          villageCode: input.villageCode ?? null,
          people,
          createdBy: actor.userId,
          createdAt: clock.now(),
        }
        const added = await insertTelling(tx, telling, drift.toMonth, agreed)
        await audit.record(tx, [
          {
            actorId: actor.userId,
            actorRole: actor.role,
            action: 'tell_members',
            subjectType: 'list_drift',
            subjectId: driftId,
            requestId: caller.requestId,
            officeId: actor.officeId,
            regionCode: drift.regionCode,
            details: { tellingId: id, kind: input.kind, village: input.villageCode ?? null, ...counts, chosen: added },
          },
        ])
        if (added > 0) await ports.work.addTelling(tx, id)
        return added
      })
      return { id, ...counts, alreadyChosen: agreed.length - chosen, chosen }
    },

    /** Hands the notices of a telling over, 100 in a transaction. May be repeated and run by two at once: nobody is told twice. */
    async goOn(tellingId: string, signal: AbortSignal): Promise<void> {
      for (;;) {
        signal.throwIfAborted()
        const told = await db.transaction().execute(async (tx) => {
          const due = await lockDue(tx, tellingId, BATCH)
          if (due.length === 0) return 0
          await ports.notices.record(
            tx,
            due.map(
              ({ intakeId, proposalId, month, fullName }): Notice => ({
                intakeId,
                proposalId,
                // Once for each month of lists: 202611. Versions of a proposal's content never come that far.
                version: Number(month.slice(0, 7).replace('-', '')),
                sequence: 0,
                template: 'membership_visit',
                variables: { name: noticeName(fullName) },
              }),
            ),
          )
          await markTold(
            tx,
            tellingId,
            due.map(({ nikIndex }) => nikIndex),
            clock.now(),
          )
          return due.length
        })
        if (told === 0) break
      }
      await finishTelling(db, tellingId, clock.now())
    },
  }
}
