import {
  CODED_SOURCES,
  isCodedSource,
  type ProfileColumn,
  type ProfileDefinition,
  type ProfileIssue,
  type ProfileSource,
} from '../../../contracts/api/template-profiles.ts'

/** Without these BPJS cannot tell whom a row is about. */
const WANTED = { nik: 'no_nik', fullName: 'no_name', birthDate: 'no_birth_date' } as const satisfies Partial<
  Record<ProfileSource, ProfileIssue['code']>
>

type Found = Pick<ProfileIssue, 'code' | 'word'>

function issuesOfColumn({ source, codes }: ProfileColumn): Found[] {
  if (!isCodedSource(source)) return codes ? [{ code: 'codes_not_used', word: null }] : []
  // Our own words are of no use to a branch.
  if (!codes) return [{ code: 'codes_absent', word: null }]
  const words: readonly string[] = CODED_SOURCES[source]
  const issues: Found[] = Object.keys(codes)
    .filter((word) => !words.includes(word))
    .map((word) => ({ code: 'code_unknown_word', word }))
  for (const word of words) {
    if ((codes[word] ?? '') === '') issues.push({ code: 'code_missing', word })
  }
  // Two sexes of one code cannot be told apart; of the others several words may share one.
  if (source === 'sex' && codes.male !== undefined && codes.male === codes.female) {
    issues.push({ code: 'codes_same', word: null })
  }
  return issues
}

/** What is odd about a layout before a row is looked at. Warnings: a person decides. */
export function findDefinitionIssues({ columns }: ProfileDefinition): ProfileIssue[] {
  const sources = new Set(columns.map(({ source }) => source))
  const missing = Object.entries(WANTED).flatMap(([source, code]): ProfileIssue[] =>
    sources.has(source as keyof typeof WANTED) ? [] : [{ code, column: null, row: null, word: null }],
  )
  return [
    ...missing,
    ...columns.flatMap((column, index) =>
      issuesOfColumn(column).map((found): ProfileIssue => ({ ...found, column: index + 1, row: null })),
    ),
  ]
}
