// R-ins1: what a direct build would be. Fastify, zod, one prepared INSERT into a table with a primary key and three indexes.
import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import { Pool } from 'pg'
import { z } from 'zod'

const POOL_SIZE = 20

const digits = (length: number) => z.string().regex(new RegExp(`^\\d{${length}}$`))

const bodySchema = z.strictObject({
  familyCardNumber: digits(16),
  whatsappNumber: z.string().min(9).max(20),
  channel: z.enum(['puskesmas', 'mpp', 'mobile', 'hospital', 'village', 'campaign']),
  address: z.strictObject({
    street: z.string().min(3).max(150),
    rt: z.string().min(1).max(3),
    rw: z.string().min(1).max(3),
    villageCode: z.string().regex(/^\d{2}\.\d{2}\.\d{2}\.\d{4}$/),
    postalCode: digits(5).optional(),
  }),
  originalsSeen: z.boolean(),
  consent: z.strictObject({ processing: z.boolean(), whatsapp: z.boolean() }),
  members: z
    .array(
      z.strictObject({
        nik: digits(16),
        fullName: z.string().min(2).max(100),
        relationship: z.string().max(20),
        birthPlace: z.string().min(2).max(60),
        birthDate: z.iso.date(),
        sex: z.enum(['male', 'female']),
        maritalStatus: z.string().max(20),
        propose: z.boolean().default(true),
      }),
    )
    .min(1)
    .max(20),
})

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS proposal (
    id uuid PRIMARY KEY,
    family_card_number text NOT NULL,
    nik text NOT NULL,
    full_name text NOT NULL,
    birth_place text NOT NULL,
    birth_date date NOT NULL,
    sex text NOT NULL,
    phone text NOT NULL,
    street text NOT NULL,
    village_code text NOT NULL,
    state text NOT NULL,
    created_at timestamptz NOT NULL
  );
  CREATE INDEX IF NOT EXISTS proposal_nik ON proposal (nik);
  CREATE INDEX IF NOT EXISTS proposal_family_card ON proposal (family_card_number);
  CREATE INDEX IF NOT EXISTS proposal_state ON proposal (state, created_at, id)`

const INSERT = {
  name: 'insert',
  text: `INSERT INTO proposal (id, family_card_number, nik, full_name, birth_place, birth_date, sex, phone, street, village_code,
    state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'submitted', $11)`,
}

const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: POOL_SIZE })
await pool.query(SCHEMA)
const app = Fastify()

app.post('/proposals', async (request, reply) => {
  const parsed = bodySchema.safeParse(request.body)
  if (!parsed.success) return reply.code(400).send({ issues: parsed.error.issues })
  const { familyCardNumber, whatsappNumber, address, members } = parsed.data
  const [member] = members
  if (!member) return reply.code(400).send()
  const id = randomUUID()
  await pool.query({
    ...INSERT,
    values: [
      id,
      familyCardNumber,
      member.nik,
      member.fullName,
      member.birthPlace,
      member.birthDate,
      member.sex,
      whatsappNumber,
      address.street,
      address.villageCode,
      new Date(),
    ],
  })
  return reply.code(201).send({ id })
})

console.log(`ready at ${await app.listen({ host: '127.0.0.1', port: 0 })}`)
process.once('SIGTERM', () => {
  void app
    .close()
    .then(() => pool.end())
    .then(() => process.exit(0))
})
