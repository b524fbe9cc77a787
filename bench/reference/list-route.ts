// A bare keyset page: Fastify, one prepared SELECT on the product's own tables and index. No sign-in, scope, audit or schema.
import Fastify from 'fastify'
import { Pool } from 'pg'

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 20 })
const app = Fastify()

const page = (name: string, after: string) => ({
  name,
  text: `SELECT s.proposal_id, s.intake_id, s.state, s.version, s.flags, s.queue, s.submitted_at, s.due_at, s.lease_holder,
      p.full_name, p.nik_masked, i.receipt_number
    FROM (SELECT proposal_id, intake_id, state, version, flags, queue, submitted_at, due_at, lease_holder FROM proposal_status
      WHERE queue = $1 AND region_code = $2 ${after} ORDER BY due_at, proposal_id LIMIT 50) s
    JOIN proposal p ON p.id = s.proposal_id JOIN intake i ON i.id = s.intake_id ORDER BY s.due_at, s.proposal_id`,
})
const FIRST = page('first', '')
const NEXT = page('next', 'AND (due_at, proposal_id) > ($3, $4)')

app.get<{ Querystring: { dueAt?: string; id?: string } }>('/page', async (request) => {
  const { dueAt, id } = request.query
  const place = ['new_review', '32.74']
  const { rows } = await pool.query(
    dueAt === undefined ? { ...FIRST, values: place } : { ...NEXT, values: [...place, dueAt, id] },
  )
  return { items: rows }
})

console.log(`ready at ${await app.listen({ host: '127.0.0.1', port: 0 })}`)
process.once('SIGTERM', () => {
  void app
    .close()
    .then(() => pool.end())
    .then(() => process.exit(0))
})
