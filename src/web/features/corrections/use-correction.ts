import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { z } from 'zod'
import type { DocumentCreated } from '../../../contracts/api/documents.ts'
import type { correctionSchema, ProposalView } from '../../../contracts/api/proposals.ts'
import type { Warning } from '../../../contracts/household-terms.ts'
import { CASES } from '../../lib/live.ts'
import { ApiProblem, isCode } from '../../lib/problem.ts'
import { proposalQuery } from '../proposals/queries.ts'
import { sendCorrection } from './calls.ts'
import { type Field, returnedFields, toChanges, type Values } from './correction-fields.ts'

type Body = z.input<typeof correctionSchema>
type Issue = { path: string; code: string; message: string }

const issuesOf = (error: unknown): Issue[] => (error instanceof ApiProblem ? (error.body.errors ?? []) : [])

/** One photo of a kind takes the place of the one before; only what has no name of its own may be several. */
const withPhoto = (photos: readonly DocumentCreated[], photo: DocumentCreated): DocumentCreated[] => [
  ...photos.filter(({ kind }) => kind === 'other' || kind !== photo.kind),
  photo,
]

/** What an officer types about a returned case, and its way to the server. Nothing that was typed is lost by a refusal. */
export function useCorrection(proposal: ProposalView, standing: Values) {
  const client = useQueryClient()
  const [typed, setTyped] = useState<Partial<Values>>({})
  const [formerHead, setFormerHead] = useState('')
  const [answers, setAnswers] = useState<Partial<Record<string, string>>>({})
  const [photos, setPhotos] = useState<DocumentCreated[]>([])
  const [warnings, setWarnings] = useState<Issue[]>([])
  const [confirmed, setConfirmed] = useState<string[]>([])
  // What was typed is about the case as it was when the typing began.
  const [pinned, setPinned] = useState<number | null>(null)
  const returned = returnedFields(proposal)
  const begin = (): void => setPinned((version) => version ?? proposal.version)
  const given = returned.flatMap(({ field }) => {
    const explanation = answers[field]?.trim()
    return explanation === undefined ? [] : [{ field, explanation }]
  })

  const send = useMutation({
    mutationFn: () => {
      const body: Body = {
        version: pinned ?? proposal.version,
        changes: toChanges(typed, standing, formerHead),
        answers: given,
        confirmWarnings: confirmed as Warning[],
        documents: photos.map(({ id, kind }) => ({ id, kind })),
      }
      return sendCorrection({ params: { id: proposal.id }, body })
    },
    onSuccess: () => void client.invalidateQueries({ queryKey: [CASES] }),
    onError: (error) => {
      if (!isCode(error, 'warnings_unconfirmed')) return
      const known = new Set(warnings.map(({ code }) => code))
      setWarnings([...warnings, ...issuesOf(error).filter(({ code }) => !known.has(code))])
    },
  })

  const issues = isCode(send.error, 'warnings_unconfirmed') ? [] : issuesOf(send.error)
  const messageAt = (path: string): string | undefined => issues.find((issue) => issue.path === path)?.message
  return {
    returned,
    value: (field: Field): string => typed[field] ?? standing[field],
    change(field: Field, value: string): void {
      begin()
      setTyped((former) => ({ ...former, [field]: value }))
    },
    formerHead,
    setFormerHead,
    answer: (field: string): string | null => answers[field] ?? null,
    setAnswer(field: string, answer: string | null): void {
      begin()
      setAnswers(({ [field]: _former, ...others }) => (answer === null ? others : { ...others, [field]: answer }))
    },
    photos,
    addPhoto(photo: DocumentCreated): void {
      begin()
      setPhotos((former) => withPhoto(former, photo))
    },
    removePhoto: (id: string): void => setPhotos((former) => former.filter((photo) => photo.id !== id)),
    warnings,
    confirmed,
    setConfirmed,
    hasUnconfirmed: warnings.some(({ code }) => !confirmed.includes(code)),
    errorOf: (field: string): string | undefined => messageAt(`changes.${field}`),
    answerError: (field: string): string | undefined =>
      messageAt(`answers.${given.findIndex((one) => one.field === field)}.explanation`),
    isConflict: isCode(send.error, 'version_conflict'),
    /** Shows the case as it is now; what was typed stays, and goes to this version. */
    async takeNewest(): Promise<void> {
      const { version } = await client.fetchQuery({ ...proposalQuery(proposal.id), staleTime: 0 })
      setPinned(version)
      send.reset()
    },
    send,
  }
}
export type CorrectionState = ReturnType<typeof useCorrection>
