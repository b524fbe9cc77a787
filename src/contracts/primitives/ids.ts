import { z } from 'zod'

/** An identifier that we minted, or one that merely looks like it: unknown ones are "not found", never a server error. */
export const idSchema = z.guid()
