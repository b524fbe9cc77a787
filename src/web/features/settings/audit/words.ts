import type { AuditAction } from '../../../../contracts/audit-actions.ts'
import type id from './id.json'

/** A word for every act that the log can name. */
export type AuditWords = Record<`action.${AuditAction}` | keyof typeof id, string>
