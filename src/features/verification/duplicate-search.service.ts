import type { Db } from '../database.ts'
import type { CheckSubject } from '../intake/index.ts'
import type { CheckResult } from './check-result.domain.ts'
import { DUPLICATE_THRESHOLD, likelyBirthDates, scoreLikeness } from './duplicates.domain.ts'
import { type FoundPair, listNeighbours, type Neighbour, pairOf } from './duplicates.repository.ts'
import { type ComparableName, comparableName } from './name-similarity.domain.ts'

export type Surroundings = {
  /** Proposals that may be the same person, each scored; the subject is one of the two. */
  pairs: FoundPair[]
  maritalStatus: string | null
  /** The head of the same family card, when proposed and somebody else. */
  head: { birthDate: string } | undefined
}

/** Looks around a batch of proposals: one query, then pure comparing. Every subject has its entry. */
export async function searchSurroundings(
  db: Db,
  subjects: readonly CheckSubject[],
): Promise<Map<string, Surroundings>> {
  const neighbours = await listNeighbours(
    db,
    subjects.map((subject) => ({
      proposalId: subject.proposalId,
      nikIndex: subject.nikIndex,
      familyCardIndex: subject.familyCardIndex,
      regionCode: subject.regionCode,
      fullName: subject.fullName,
      sex: subject.sex,
      birthDates: likelyBirthDates(subject.birthDate),
    })),
  )
  const bySubject = Map.groupBy(neighbours, (neighbour) => neighbour.subjectId)
  const names = new Map<string, ComparableName>()
  const nameOf = (fullName: string): ComparableName => {
    const known = names.get(fullName) ?? comparableName(fullName)
    names.set(fullName, known)
    return known
  }
  return new Map(
    subjects.map((subject) => {
      const around = distinct(bySubject.get(subject.proposalId) ?? [])
      const own = around.find((neighbour) => neighbour.proposalId === subject.proposalId)
      const pairs = around.flatMap((neighbour) => comparePair(subject, neighbour, nameOf) ?? [])
      return [subject.proposalId, { pairs, maritalStatus: own?.maritalStatus ?? null, head: headOf(subject, around) }]
    }),
  )
}

function distinct(neighbours: readonly Neighbour[]): Neighbour[] {
  return [...new Map(neighbours.map((neighbour) => [neighbour.proposalId, neighbour])).values()]
}

function comparePair(
  subject: CheckSubject,
  neighbour: Neighbour,
  nameOf: (fullName: string) => ComparableName,
): FoundPair | undefined {
  // Two members of one visit stood side by side at the counter: alike names there are siblings.
  if (neighbour.intakeId === subject.intakeId) return undefined
  const likeness = scoreLikeness(
    { name: nameOf(subject.fullName), birthDate: subject.birthDate, sex: subject.sex },
    { name: nameOf(neighbour.fullName), birthDate: neighbour.birthDate, sex: neighbour.sex },
    neighbour,
  )
  return likeness.score >= DUPLICATE_THRESHOLD
    ? { ...pairOf(subject.proposalId, neighbour.proposalId), ...likeness }
    : undefined
}

function headOf(subject: CheckSubject, around: readonly Neighbour[]): Surroundings['head'] {
  const heads = around.filter(
    (neighbour) =>
      neighbour.sameFamilyCard &&
      neighbour.relationship === 'kepala_keluarga' &&
      neighbour.proposalId !== subject.proposalId,
  )
  // The same visit first: an older one may name a head who has died since.
  return heads.find((head) => head.intakeId === subject.intakeId) ?? heads[0]
}

/** The search as a check. */
export function checkDuplicates(pairs: readonly FoundPair[]): CheckResult {
  if (pairs.length === 0) return { kind: 'duplicates', outcome: 'ok', codes: [], details: {} }
  const isSameNik = pairs.some((pair) => pair.parts.some((part) => part.field === 'nik' && part.score === 1))
  const highest = Math.max(...pairs.map((pair) => pair.score))
  const codes = [isSameNik ? 'nik_proposed_before' : 'person_alike']
  return { kind: 'duplicates', outcome: 'warn', codes, details: { found: pairs.length, highestScore: highest } }
}
