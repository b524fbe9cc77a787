import { z } from 'zod'

/** Kemendagri codes as the ministry writes them: province `32`, kab/kota `32.74`, kecamatan `32.74.01`, village `32.74.01.1001`. */
export const regionCode = z
  .string()
  .max(13)
  .regex(/^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$/)

export const kabkotaCode = z
  .string()
  .max(5)
  .regex(/^\d{2}\.\d{2}$/)

export const villageCode = z
  .string()
  .max(13)
  .regex(/^\d{2}\.\d{2}\.\d{2}\.\d{4}$/)

/** True when `code` is `root` or lies below it. Compares whole parts: "32.7" is no ancestor of "32.74". */
export const isInSubtree = (code: string, root: string): boolean => code === root || code.startsWith(`${root}.`)
