import type { Pool } from 'pg'

/** One trip to the sequence serves this many receipts. Numbers that are left when the process ends are never used. */
const BLOCK_SIZE = 64

/** Hands out receipt serials, unique over all processes. Gaps are normal. */
export function createReceiptSerials() {
  let block: number[] = []
  let refill: Promise<void> | undefined

  const fetchBlock = async (pool: Pool): Promise<void> => {
    const result = await pool.query<{ serial: number }>({
      name: 'receipt-serials',
      text: `SELECT nextval('receipt_serial') AS serial FROM generate_series(1, $1)`,
      values: [BLOCK_SIZE],
    })
    block = block.concat(result.rows.map((row) => row.serial))
  }

  return {
    async next(pool: Pool): Promise<number> {
      for (;;) {
        const serial = block.shift()
        if (serial !== undefined) return serial
        refill ??= fetchBlock(pool).finally(() => {
          refill = undefined
        })
        await refill
      }
    },
  }
}
export type ReceiptSerials = ReturnType<typeof createReceiptSerials>
