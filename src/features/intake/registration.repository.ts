import type { Pool } from 'pg'
import type { State } from '../../contracts/lifecycle/states.ts'

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

const LOOK_UP = {
  name: 'registration-look-up',
  text: `
    WITH asked AS (
      SELECT number, actor_id, key, family_card_index
      FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS u (actor_id, key, family_card_index, number)
    ), niks AS (
      SELECT number, nik_index FROM unnest($4::bigint[], $5::bytea[]) AS u (number, nik_index)
    ), replays AS (
      SELECT a.number, jsonb_build_object('hash', encode(k.body_hash, 'base64'), 'sealed', encode(k.response_sealed, 'base64')) AS replay
      FROM asked a JOIN idempotency_key k ON k.actor_id = a.actor_id AND k.key = a.key
    ), visits AS (
      SELECT a.number, jsonb_agg(encode(i.head_nik_index, 'base64') ORDER BY i.submitted_at DESC) AS heads
      FROM asked a JOIN intake i ON i.family_card_index = a.family_card_index
      GROUP BY a.number
    ), matches AS (
      SELECT a.number, p.id FROM asked a
      JOIN intake i ON i.family_card_index = a.family_card_index
      JOIN proposal p ON p.intake_id = i.id
      UNION
      SELECT n.number, s.proposal_id FROM niks n JOIN proposal_status s ON s.nik_slot = n.nik_index
    ), known AS (
      SELECT m.number, jsonb_agg(jsonb_build_object(
        'proposalId', p.id, 'receiptNumber', i.receipt_number, 'fullName', p.full_name, 'nikMasked', p.nik_masked,
        'nikIndex', encode(p.nik_index, 'base64'), 'state', s.state, 'officeId', s.office_id, 'regionCode', s.region_code,
        'createdBy', s.created_by, 'open', s.nik_slot IS NOT NULL, 'sameFamilyCard', i.family_card_index = a.family_card_index
      ) ORDER BY s.submitted_at, p.id) AS proposals
      FROM matches m
      JOIN asked a ON a.number = m.number
      JOIN proposal p ON p.id = m.id
      JOIN proposal_status s ON s.proposal_id = p.id
      JOIN intake i ON i.id = p.intake_id
      GROUP BY m.number
    )
    SELECT a.number::int AS number, r.replay, v.heads, known.proposals
    FROM asked a
    LEFT JOIN replays r USING (number)
    LEFT JOIN visits v USING (number)
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
      questions.map((question) => question.actorId),
      questions.map((question) => question.idempotencyKey),
      questions.map((question) => question.familyCardIndex),
      niks.map((nik) => nik.index + 1),
      niks.map((nik) => nik.nikIndex),
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
