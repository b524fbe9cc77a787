import { z } from 'zod'

export const PAGE_LIMIT_MAX = 100
export const PAGE_LIMIT_DEFAULT = 50

/** Opaque position in a list; only meaningful with the same filters and order. */
export const cursorSchema = z.string().min(1).max(400)
export const limitSchema = z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT)
