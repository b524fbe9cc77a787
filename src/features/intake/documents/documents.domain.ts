import type { Actor, Role } from '../../../contracts/access.ts'
import type { DocumentKind } from '../../../contracts/document-kinds.ts'
import type { FieldIssue } from '../../../platform/errors.ts'

/** Pictures show full numbers: whoever may have those shown, and agents, who photographed the papers themselves. */
export const VIEWERS = ['petugas', 'kader', 'verifikator', 'supervisor', 'penyetuju'] as const satisfies readonly Role[]

/** Machines get no pictures. */
export const mayView = ({ role, scopes }: Pick<Actor, 'role' | 'scopes'>): boolean =>
  scopes === null && VIEWERS.some((viewer) => viewer === role)

/** Whether a newer document takes the place of the one before; what has no name of its own may be several things. */
const isOneOfAKind = (kind: DocumentKind): boolean => kind !== 'other'

const isOfHousehold = (kind: DocumentKind): boolean => kind === 'kk'
const isOfPerson = (kind: DocumentKind): boolean => kind === 'ktp'

/** About whom a document is, given the person it came with; null: the household. */
export const subjectOf = (kind: DocumentKind, proposalId: string | null): string | null =>
  isOfHousehold(kind) ? null : proposalId

/** A KTP that nobody can say whose it is, is no use. */
export const lacksPerson = (kind: DocumentKind, proposalId: string | null): boolean =>
  isOfPerson(kind) && proposalId === null

/** The fields of a return that a new document of this kind answers. */
export const answeredFields = (kind: string): string[] => ['documents', `documents.${kind}`]

export type NamedDocument = { id: string; kind: DocumentKind; member?: number | undefined }

/** What is wrong with the documents that an intake or a correction names, whoever owns them. */
export function findDocumentIssues(
  documents: readonly NamedDocument[],
  members: readonly { propose: boolean }[] | null,
): FieldIssue[] {
  const issues: FieldIssue[] = []
  const seen = new Set<string>()
  const isRepeated = (key: string): boolean => seen.size === seen.add(key).size
  for (const [index, { id, kind, member }] of documents.entries()) {
    const path = (field: string): string => `documents.${index}.${field}`
    if (isRepeated(id.toLowerCase())) issues.push({ path: path('id'), code: 'duplicate' })
    else if (isOneOfAKind(kind) && isRepeated(`${kind} ${isOfHousehold(kind) ? '' : (member ?? '')}`)) {
      issues.push({ path: path('kind'), code: 'duplicate' })
    }
    if (members === null) continue
    if (member === undefined) {
      if (isOfPerson(kind)) issues.push({ path: path('member'), code: 'document_person_missing' })
    } else if (!members[member]?.propose) issues.push({ path: path('member'), code: 'document_member_not_proposed' })
  }
  return issues
}
