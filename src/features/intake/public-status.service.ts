import { timingSafeEqual } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { PublicStatus } from '../../contracts/api/public-status.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import { PUBLIC_LABELS, type PublicLabel } from '../../contracts/lifecycle/labels.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import { regionOfReceipt } from '../../contracts/primitives/receipt-number.ts'
import { STATUS_GUESSES } from '../../contracts/rate-limits.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db, Tx } from '../database.ts'
import type { IntakePorts } from './intake.ports.ts'
import {
  countGuess,
  deleteEndedGuesses,
  findReceipt,
  forgiveGuess,
  listStates,
  type Receipt,
} from './public-status.repository.ts'
import type { IntakeSealing } from './sealing.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'
// Opening a household of twenty takes some ten microseconds longer than opening one of one; no refusal shows them.
const REFUSAL_FLOOR_MS = 50

export type PublicStatusDeps = {
  db: Db
  sealing: Pick<IntakeSealing, 'sealHousehold' | 'openHousehold'>
  clock: Clock
  ports: Pick<IntakePorts, 'regions' | 'audit'>
}

type Outcome = 'shown' | 'refused' | 'locked'

/** What a resident sees with the receipt number and the last four digits of the phone. */
export function createPublicStatus({ db, sealing, clock, ports }: PublicStatusDeps) {
  // Opened instead when there is no such receipt, so that both refusals do the same work.
  const decoy = sealing.sealHousehold(NOBODY, {
    familyCardNumber: '0'.repeat(16),
    phone: 'none',
    street: 'Jl. Contoh 1',
    rt: '001',
    rw: '001',
    postalCode: null,
    otherMembers: [],
  })

  type Query = { receiptNumber: string; phoneLast4: string }
  /** Where a look-up is counted and told: on its own, or with somebody else's transaction. */
  type Place = { executor: Db; tell(receiptNumber: string, outcome: Outcome): Promise<void> }

  const entry = (receiptNumber: string, outcome: Outcome, requestId: string | null): AuditEvent => ({
    actorId: null,
    actorRole: 'anonymous',
    regionCode: regionOfReceipt(receiptNumber),
    requestId,
    action: 'public_status',
    subjectType: 'receipt',
    subjectId: receiptNumber,
    details: { outcome },
  })
  const onItsOwn = (requestId: string): Place => ({
    executor: db,
    tell: (receiptNumber, outcome) => ports.audit.write(entry(receiptNumber, outcome, requestId)),
  })
  const within = (tx: Tx): Place => ({
    executor: tx,
    tell: (receiptNumber, outcome) => ports.audit.record(tx, [entry(receiptNumber, outcome, null)]),
  })

  /** Every guess counts until it is found right. Of a locked receipt only the first refusal is told: strangers must not fill the log. */
  async function admitGuess(receiptNumber: string, { executor, tell }: Place): Promise<void> {
    const now = clock.now()
    const windowEndsAt = new Date(now.getTime() + STATUS_GUESSES.seconds * 1000)
    const count = await countGuess(executor, receiptNumber, { now, windowEndsAt })
    if (count.failures <= STATUS_GUESSES.points) return
    if (count.failures === STATUS_GUESSES.points + 1) await tell(receiptNumber, 'locked')
    const retryAfterSeconds = Math.ceil((count.windowEndsAt.getTime() - now.getTime()) / 1000)
    throw new AppError('receipt_locked', { details: { retryAfterSeconds } })
  }

  async function match(query: Query, place: Place): Promise<Receipt> {
    const { receiptNumber } = query
    const floor = delay(REFUSAL_FLOOR_MS)
    await admitGuess(receiptNumber, place)
    const receipt = await findReceipt(place.executor, receiptNumber)
    const household = sealing.openHousehold(receipt?.intakeId ?? NOBODY, receipt?.householdSealed ?? decoy)
    const matches = timingSafeEqual(Buffer.from(household.phone.slice(-4)), Buffer.from(query.phoneLast4))
    if (receipt && matches) return receipt
    await place.tell(receiptNumber, 'refused')
    await floor
    throw new AppError('not_found')
  }

  const submittedOn = (receipt: Receipt): string =>
    dayInZone(receipt.submittedAt, ports.regions.timeZoneOf(receipt.regionCode))

  return {
    /**
     * The day of the registration and each member's public label, nothing else. "No such receipt" and "does not match" give
     * the same `not_found` after the same work (the same statements, one opened household, one comparison, one entry of the
     * log) and not before 50 ms. After ten wrong endings within a day the receipt answers `receipt_locked` whatever is asked,
     * whether it exists or not, until a day after the first of them.
     */
    async getStatus(query: Query, requestId: string, labelOf: (label: PublicLabel) => string): Promise<PublicStatus> {
      const { receiptNumber } = query
      const place = onItsOwn(requestId)
      const receipt = await match(query, place)
      const [states] = await Promise.all([
        listStates(db, receipt.intakeId, clock.now()),
        forgiveGuess(db, receiptNumber),
        place.tell(receiptNumber, 'shown'),
      ])
      return {
        receiptNumber,
        submittedOn: submittedOn(receipt),
        members: states.map((state, index) => ({
          number: index + 1,
          status: PUBLIC_LABELS[state],
          label: labelOf(PUBLIC_LABELS[state]),
        })),
      }
    },

    /**
     * The same look-up inside a transaction that also writes the answer: the same count of wrong endings, the same refusals. When it
     * rolls back the guess is not counted, and nobody has seen an answer. The labels in the order of registration.
     */
    async lookUpPublicStatus(tx: Tx, query: Query): Promise<{ submittedOn: string; labels: PublicLabel[] }> {
      const place = within(tx)
      const receipt = await match(query, place)
      await forgiveGuess(tx, query.receiptNumber)
      await place.tell(query.receiptNumber, 'shown')
      const states = await listStates(tx, receipt.intakeId, clock.now())
      return { submittedOn: submittedOn(receipt), labels: states.map((state) => PUBLIC_LABELS[state]) }
    },

    /** For a schedule: forgets wrong guesses whose day is over. */
    forgetStatusGuesses: (): Promise<void> => deleteEndedGuesses(db, clock.now()),
  }
}
export type PublicStatusService = ReturnType<typeof createPublicStatus>
