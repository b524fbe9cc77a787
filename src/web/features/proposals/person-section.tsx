import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { useTimes } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { Facts } from '../../ui/facts.tsx'
import { useFieldLabel } from '../../ui/field-label.ts'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { useProposalText } from './texts.ts'

function ageOf(birthDate: string, now: Date): number {
  const [year = 0, month = 0, day = 0] = birthDate.split('-').map(Number)
  const hadBirthday = now.getMonth() + 1 > month || (now.getMonth() + 1 === month && now.getDate() >= day)
  return now.getFullYear() - year - (hadBirthday ? 0 : 1)
}

/** Who it is about. `marked`: a field that the reader is sent to. */
export function PersonSection({ proposal, marked }: { proposal: ProposalView; marked?: string }) {
  const t = useProposalText()
  const terms = useTerms()
  const times = useTimes()
  const label = useFieldLabel()
  const now = useNow(60_000)
  return (
    <Section title={t('case.person')}>
      <Facts
        {...(marked !== undefined && { marked })}
        rows={[
          ['NIK', proposal.nikMasked, 'nik'],
          [label('fullName'), proposal.fullName, 'fullName'],
          [label('birthPlace'), proposal.birthPlace, 'birthPlace'],
          [
            label('birthDate'),
            t('case.age', { date: times.date(proposal.birthDate), age: ageOf(proposal.birthDate, now) }),
            'birthDate',
          ],
          [label('sex'), terms(`sex.${proposal.sex}`), 'sex'],
          [label('relationship'), terms(`relationship.${proposal.relationship}`), 'relationship'],
          [label('maritalStatus'), terms(`marital.${proposal.maritalStatus}`), 'maritalStatus'],
        ]}
      />
    </Section>
  )
}
