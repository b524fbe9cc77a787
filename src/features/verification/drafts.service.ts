import { type DraftInput, type DraftSaved, draftInputSchema, type Suggestion } from '../../contracts/api/proposals.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import { type Intake, type ProposalRow, standingOf } from '../intake/index.ts'
import { caseEvent, moverOf } from './case-access.ts'
import { lockCases } from './checks.repository.ts'
import { listDrafts, saveDraft } from './drafts.repository.ts'
import type { Caller, VerificationPorts } from './verification.ports.ts'

export type DraftsDeps = {
  db: Db
  intake: Pick<Intake, 'getProposal' | 'renewLease'>
  sealer: Sealer
  clock: Clock
  ports: Pick<VerificationPorts, 'accounts' | 'audit'>
}

const NONE = { suggestions: [], draft: null }
const sealContext = (proposalId: string, authorId: string): string => `proposal_draft:${proposalId}:${authorId}`

export function createDrafts({ db, intake, sealer, clock, ports }: DraftsDeps) {
  return {
    /**
     * Keeps what the caller is about to decide; nobody advises on what they registered themselves (`own_intake`). Who has lost the case saves it for whoever has it now: never a conflict. A case that
     * has left review or got another content needs no draft: `none`. The holder's draft renews the lease. May be repeated; the last
     * one stays, until the case leaves review.
     */
    async save(caller: Caller, proposalId: string, input: DraftInput): Promise<DraftSaved> {
      const { userId } = caller.actor
      return db.transaction().execute(async (tx): Promise<DraftSaved> => {
        await intake.getProposal(tx, caller.actor, proposalId)
        // Nobody decides between this look and the write: the draft would outlive the case.
        await lockCases(tx, [proposalId])
        const row = await intake.getProposal(tx, caller.actor, proposalId)
        const standing = standingOf(moverOf(caller), row, clock.now())
        if (standing.own) throw new AppError('own_intake')
        const { state, version } = row.snapshot
        if (state !== 'in_review' || version !== input.version) return { kept: 'none' }
        const content = sealer.seal(JSON.stringify(input), sealContext(proposalId, userId))
        const isNew = await saveDraft(tx, { proposalId, authorId: userId, version, content, at: clock.now() })
        // Saved at every pause while somebody types: the log says that there is one, once.
        if (isNew) await ports.audit.record(tx, [caseEvent(caller, 'save_draft', proposalId)])
        await intake.renewLease(tx, proposalId, userId)
        return { kept: standing.lease === 'other' ? 'suggestion' : 'draft' }
      })
    },

    /** The caller's own draft, and to the holder of the case what others left. */
    async listFor(caller: Caller, row: ProposalRow): Promise<{ suggestions: Suggestion[]; draft: Suggestion | null }> {
      const { userId } = caller.actor
      if (row.snapshot.state !== 'in_review') return NONE
      const drafts = await listDrafts(db, row.proposalId, row.snapshot.version)
      if (drafts.length === 0) return NONE
      const isHolder = standingOf(moverOf(caller), row, clock.now()).lease === 'mine'
      const shown = drafts.filter(({ authorId }) => authorId === userId || isHolder)
      const names = await ports.accounts.listNames(
        db,
        shown.map(({ authorId }) => authorId),
      )
      const opened = shown.map(({ authorId, content, savedAt }): Suggestion => {
        const stored: unknown = JSON.parse(sealer.open(content, sealContext(row.proposalId, authorId)))
        const { decision, reasons, note } = draftInputSchema.parse(stored)
        const by = { id: authorId, name: names.get(authorId) ?? '' }
        return { by, at: savedAt.toISOString(), decision, reasons: reasons.map(withoutGaps), note }
      })
      return {
        suggestions: opened.filter(({ by }) => by.id !== userId),
        draft: opened.find(({ by }) => by.id === userId) ?? null,
      }
    },
  }
}
export type Drafts = ReturnType<typeof createDrafts>

function withoutGaps({ code, field, note }: DraftInput['reasons'][number]): Suggestion['reasons'][number] {
  return { code, ...(field ? { field } : {}), ...(note ? { note } : {}) }
}
