import { z } from 'zod'
import { regionCode } from '../primitives/region-code.ts'
import { lineSchema } from '../primitives/text.ts'

/** More than any year has working days. */
export const HOLIDAYS_A_YEAR_MAX = 366

export const holidayItem = z.object({
  /** On the region's clock. */
  day: z.iso.date(),
  /** Null for a day of the setting `HOLIDAYS`. */
  name: z.string().max(100).nullable(),
  /** The province or kab/kota whose offices are closed; null: those of the whole installation, by the setting `HOLIDAYS`. */
  regionCode: regionCode.nullable(),
})
export type HolidayItem = z.infer<typeof holidayItem>

export const listHolidaysQuery = z.strictObject({ year: z.coerce.number().int().min(2000).max(2100) })

/** What closes the offices of the caller's kab/kota (or province), in the order of the days. */
export const listHolidaysResponse = z.object({ items: z.array(holidayItem).max(3 * HOLIDAYS_A_YEAR_MAX) })

export const holidayParams = z.strictObject({ day: z.iso.date() })

/** Of the caller's own kab/kota or province. Sending a day again renames it. */
export const putHolidayBody = z.strictObject({ name: lineSchema(3, 100) })
export type PutHoliday = z.infer<typeof putHolidayBody>
