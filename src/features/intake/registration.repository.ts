import type { Pool } from 'pg'
import type { MemberInput } from '../../contracts/api/intakes.ts'
import { OPEN_STATES, type State } from '../../contracts/lifecycle/states.ts'
import { binaryArray } from '../../platform/db/binary-array.ts'

/** What one registration asks before it writes. */
export type RegistrationQuestion = {
  actorId: string
  /** Offices whose proposals the caller may see; null: only those it captured itself. */
  officeIds: readonly string[] | null
  idempotencyKey: string
  familyCardIndex: Buffer
  nikIndexes: Buffer[]
  members: readonly Pick<MemberInput, 'fullName' | 'birthDate'>[]
}

/** A proposal of the same KK, or an open one that holds a NIK that was asked about. */
export type KnownProposal = {
  /** The NIK that was asked about and is held by it. */
  takenNik: Buffer | null
  /** Position of the first member with the same name and birth date, for one of the same KK. */
  member: number | null
  hasNik: boolean
  open: boolean
  sameFamilyCard: boolean
  /** Null when the caller may not see it: then nothing of the person has left the database. */
  seen: SeenProposal | null
}
export type SeenProposal = {
  proposalId: string
  receiptNumber: string
  fullName: string
  nikMasked: string | null
  state: State
}

export type RegistrationAnswer = {
  replay: { bodyHash: Buffer; responseSealed: Buffer } | null
  /** NIKs of the heads stated for this KK in earlier visits, newest first. */
  headNikIndexes: Buffer[]
  /** A head without a NIK was stated in one of them. */
  hasHeadWithoutNik: boolean
  familyCardKnown: boolean
  proposals: KnownProposal[]
}

// The arrays stand in sub-selects so that the planner does not see how many there are: it would else find a plan made for
// just these values cheaper than the one it keeps, and plan anew for every batch, which takes twice as long as the look-up.
// Every step is a look-up by index, fenced with OFFSET 0: a plan made while the tables were small (the first minute of
// an installation, or of a bulk import) would otherwise read them whole for every batch, 50 times as long.
// What the caller may see is decided here, so that no name, NIK or receipt of another office leaves the database.
const LOOK_UP = {
  name: 'registration-look-up',
  text: `
    WITH asked AS MATERIALIZED (
      SELECT number, actor_id, key, family_card_index, office_ids, members
      FROM unnest((SELECT $1::text[]), (SELECT $2::text[]), (SELECT $3::bytea[]), (SELECT $6::text[]), (SELECT $7::text[]))
        WITH ORDINALITY AS u (actor_id, key, family_card_index, office_ids, members, number)
    ), visits AS MATERIALIZED (
      SELECT a.number, i.id, i.head_nik_index, i.head_without_nik, i.submitted_at
      FROM asked a CROSS JOIN LATERAL (
        SELECT id, head_nik_index, head_without_nik, submitted_at FROM intake WHERE family_card_index = a.family_card_index OFFSET 0
      ) AS i
    ), matches AS (
      SELECT v.number, p.id, true AS same_family_card FROM visits v
      CROSS JOIN LATERAL (SELECT id FROM proposal WHERE intake_id = v.id OFFSET 0) AS p
      UNION ALL
      SELECT n.number, s.proposal_id, false FROM unnest((SELECT $4::bigint[]), (SELECT $5::bytea[])) AS n (number, nik_index)
      CROSS JOIN LATERAL (SELECT proposal_id FROM proposal_status WHERE nik_slot = n.nik_index OFFSET 0) AS s
    ), known AS (
      SELECT m.number, jsonb_agg(jsonb_build_object(
        'takenNik', CASE WHEN m.holds_nik THEN encode(p.nik_index, 'base64') END,
        'member', CASE WHEN m.same_family_card
          THEN (a.members::jsonb ->> (p.full_name || '|' || to_char(p.birth_date, 'YYYY-MM-DD')))::int END,
        'hasNik', p.nik_index IS NOT NULL, 'open', s.state IN (${OPEN_STATES.map((state) => `'${state}'`).join()}),
        'sameFamilyCard', m.same_family_card,
        'seen', CASE WHEN (CASE WHEN a.office_ids IS NULL THEN s.created_by = a.actor_id ELSE s.office_id = ANY (a.office_ids::uuid[]) END)
          THEN jsonb_build_object('proposalId', p.id, 'receiptNumber', i.receipt_number, 'fullName', p.full_name,
            'nikMasked', p.nik_masked, 'state', s.state) END
      ) ORDER BY s.submitted_at, p.id) AS proposals
      FROM (
        SELECT number, id, bool_or(same_family_card) AS same_family_card, bool_or(NOT same_family_card) AS holds_nik
        FROM matches GROUP BY number, id
      ) AS m
      JOIN asked a USING (number)
      CROSS JOIN LATERAL (SELECT * FROM proposal WHERE id = m.id OFFSET 0) AS p
      CROSS JOIN LATERAL (SELECT * FROM proposal_status WHERE proposal_id = m.id OFFSET 0) AS s
      CROSS JOIN LATERAL (SELECT receipt_number FROM intake WHERE id = p.intake_id OFFSET 0) AS i
      GROUP BY m.number
    )
    SELECT a.number::int AS number, replay.replay, heads.heads, heads.without_nik, known.proposals
    FROM asked a
    LEFT JOIN LATERAL (
      SELECT jsonb_build_object('hash', encode(body_hash, 'base64'), 'sealed', encode(response_sealed, 'base64')) AS replay
      FROM idempotency_key WHERE actor_id = a.actor_id AND key = a.key OFFSET 0
    ) AS replay ON true
    LEFT JOIN (
      SELECT number, jsonb_agg(encode(head_nik_index, 'base64') ORDER BY submitted_at DESC) AS heads,
        bool_or(head_without_nik) AS without_nik
      FROM visits GROUP BY number
    ) AS heads USING (number)
    LEFT JOIN known USING (number)
    ORDER BY a.number`,
}

type LookUpRow = {
  number: number
  replay: { hash: string; sealed: string } | null
  heads: (string | null)[] | null
  without_nik: boolean | null
  proposals: (Omit<KnownProposal, 'takenNik'> & { takenNik: string | null })[] | null
}

/** Names hold no bar. Of two members alike the first counts. */
const placesOf = (members: RegistrationQuestion['members']): string =>
  JSON.stringify(
    Object.fromEntries(
      members.map(({ fullName, birthDate }, index): [string, number] => [`${fullName}|${birthDate}`, index]).reverse(),
    ),
  )

const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64')

/** One round trip for all questions: earlier answers of the same keys, what is known of each KK, and who holds each NIK. */
export async function lookUpRegistrations(
  pool: Pool,
  questions: readonly RegistrationQuestion[],
): Promise<RegistrationAnswer[]> {
  const niks = questions.flatMap((question, index) => question.nikIndexes.map((nikIndex) => ({ index, nikIndex })))
  const result = await pool.query<LookUpRow>({
    ...LOOK_UP,
    values: [
      binaryArray(
        'text',
        questions.map((question) => question.actorId),
      ),
      binaryArray(
        'text',
        questions.map((question) => question.idempotencyKey),
      ),
      binaryArray(
        'bytea',
        questions.map((question) => question.familyCardIndex),
      ),
      binaryArray(
        'int8',
        niks.map((nik) => nik.index + 1),
      ),
      binaryArray(
        'bytea',
        niks.map((nik) => nik.nikIndex),
      ),
      binaryArray(
        'text',
        questions.map(({ officeIds }) => officeIds && `{${officeIds.join()}}`),
      ),
      binaryArray(
        'text',
        questions.map((question) => placesOf(question.members)),
      ),
    ],
  })
  return result.rows.map((row) => ({
    replay: row.replay && { bodyHash: fromBase64(row.replay.hash), responseSealed: fromBase64(row.replay.sealed) },
    familyCardKnown: row.heads !== null,
    headNikIndexes: (row.heads ?? []).flatMap((head) => (head === null ? [] : [fromBase64(head)])),
    hasHeadWithoutNik: row.without_nik ?? false,
    proposals: (row.proposals ?? []).map((known) => ({
      ...known,
      takenNik: known.takenNik === null ? null : fromBase64(known.takenNik),
    })),
  }))
}

/** Earlier visits of a KK that the caller may see, sealed, newest first. */
export async function listSealedVisits(
  pool: Pool,
  question: Pick<RegistrationQuestion, 'actorId' | 'officeIds' | 'familyCardIndex'>,
): Promise<{ id: string; receiptNumber: string; householdSealed: Buffer }[]> {
  const result = await pool.query<{ id: string; receipt_number: string; household_sealed: Buffer }>({
    name: 'sealed-visits',
    text: `
      SELECT id, receipt_number, household_sealed FROM intake
      WHERE family_card_index = $1 AND CASE WHEN $2::uuid[] IS NULL THEN created_by = $3 ELSE office_id = ANY ($2::uuid[]) END
      ORDER BY submitted_at DESC, id`,
    values: [question.familyCardIndex, question.officeIds, question.actorId],
  })
  return result.rows.map((row) => ({
    id: row.id,
    receiptNumber: row.receipt_number,
    householdSealed: row.household_sealed,
  }))
}
