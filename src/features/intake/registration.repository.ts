import type { Pool } from 'pg'
import type { State } from '../../contracts/lifecycle/states.ts'
import { binaryArray } from '../../platform/db/binary-array.ts'

/** What one registration asks before it writes. */
export type RegistrationQuestion = {
  actorId: string
  idempotencyKey: string
  familyCardIndex: Buffer
  nikIndexes: Buffer[]
}

export type KnownProposal = {
  proposalId: string
  receiptNumber: string
  fullName: string
  nikMasked: string | null
  nikIndex: Buffer | null
  state: State
  officeId: string
  regionCode: string
  createdBy: string
  open: boolean
  sameFamilyCard: boolean
}

export type RegistrationAnswer = {
  replay: { bodyHash: Buffer; responseSealed: Buffer } | null
  /** Heads stated for this KK in earlier visits, newest first. */
  headNikIndexes: Buffer[]
  familyCardKnown: boolean
  proposals: KnownProposal[]
}

// Every step is a look-up by index, fenced with OFFSET 0: a plan made while the tables were small (the first minute of
// an installation, or of a bulk import) would otherwise read them whole for every batch, 50 times as long.
const LOOK_UP = {
  name: 'registration-look-up',
  text: `
    WITH asked AS MATERIALIZED (
      SELECT number, actor_id, key, family_card_index
      FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS u (actor_id, key, family_card_index, number)
    ), visits AS MATERIALIZED (
      SELECT a.number, i.id, i.head_nik_index, i.submitted_at
      FROM asked a CROSS JOIN LATERAL (
        SELECT id, head_nik_index, submitted_at FROM intake WHERE family_card_index = a.family_card_index OFFSET 0
      ) AS i
    ), matches AS (
      SELECT v.number, p.id, true AS same_family_card FROM visits v
      CROSS JOIN LATERAL (SELECT id FROM proposal WHERE intake_id = v.id OFFSET 0) AS p
      UNION ALL
      SELECT n.number, s.proposal_id, false FROM unnest($4::bigint[], $5::bytea[]) AS n (number, nik_index)
      CROSS JOIN LATERAL (SELECT proposal_id FROM proposal_status WHERE nik_slot = n.nik_index OFFSET 0) AS s
    ), known AS (
      SELECT m.number, jsonb_agg(jsonb_build_object(
        'proposalId', p.id, 'receiptNumber', i.receipt_number, 'fullName', p.full_name, 'nikMasked', p.nik_masked,
        'nikIndex', encode(p.nik_index, 'base64'), 'state', s.state, 'officeId', s.office_id, 'regionCode', s.region_code,
        'createdBy', s.created_by, 'open', s.nik_slot IS NOT NULL, 'sameFamilyCard', m.same_family_card
      ) ORDER BY s.submitted_at, p.id) AS proposals
      FROM (SELECT number, id, bool_or(same_family_card) AS same_family_card FROM matches GROUP BY number, id) AS m
      CROSS JOIN LATERAL (SELECT * FROM proposal WHERE id = m.id OFFSET 0) AS p
      CROSS JOIN LATERAL (SELECT * FROM proposal_status WHERE proposal_id = m.id OFFSET 0) AS s
      CROSS JOIN LATERAL (SELECT receipt_number FROM intake WHERE id = p.intake_id OFFSET 0) AS i
      GROUP BY m.number
    )
    SELECT a.number::int AS number, replay.replay, heads.heads, known.proposals
    FROM asked a
    LEFT JOIN LATERAL (
      SELECT jsonb_build_object('hash', encode(body_hash, 'base64'), 'sealed', encode(response_sealed, 'base64')) AS replay
      FROM idempotency_key WHERE actor_id = a.actor_id AND key = a.key OFFSET 0
    ) AS replay ON true
    LEFT JOIN (
      SELECT number, jsonb_agg(encode(head_nik_index, 'base64') ORDER BY submitted_at DESC) AS heads
      FROM visits GROUP BY number
    ) AS heads USING (number)
    LEFT JOIN known USING (number)
    ORDER BY a.number`,
}

type LookUpRow = {
  number: number
  replay: { hash: string; sealed: string } | null
  heads: (string | null)[] | null
  proposals: (Omit<KnownProposal, 'nikIndex'> & { nikIndex: string | null })[] | null
}

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
    ],
  })
  return result.rows.map((row) => ({
    replay: row.replay && { bodyHash: fromBase64(row.replay.hash), responseSealed: fromBase64(row.replay.sealed) },
    familyCardKnown: row.heads !== null,
    headNikIndexes: (row.heads ?? []).flatMap((head) => (head === null ? [] : [fromBase64(head)])),
    proposals: (row.proposals ?? []).map((known) => ({
      ...known,
      nikIndex: known.nikIndex === null ? null : fromBase64(known.nikIndex),
    })),
  }))
}
