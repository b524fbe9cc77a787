import { Badge, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactivationPath } from '../../../contracts/api/reactivation.ts'
import { LANGUAGES } from '../../../contracts/text/message-format.ts'
import { useMay } from '../../app/session.ts'
import { useLanguage } from '../../lib/language.ts'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useReactivationText } from '../reactivation/texts.ts'
import { CounterNote, WayLimits } from '../reactivation/way-notes.tsx'
import { Bubble } from '../settings/bubble.tsx'
import { listMessageTemplates } from '../settings/calls.ts'
import { SETTINGS } from '../settings/queries.ts'
import { usePathText } from './texts.ts'

type Of = { path: ReactivationPath }

/** Whether the region may pay for a person of this path, in words. */
function useProposable(): (path: ReactivationPath) => string {
  const t = usePathText()
  const words = useReactivationText()
  return ({ newProposal }) => {
    if (newProposal.allowed !== 'unless') return t(`new.${newProposal.allowed}`)
    const items = newProposal.recorded.map(({ item, minDecile }) =>
      minDecile === undefined
        ? words(`item.${item}`)
        : t('new.decile', { item: words(`item.${item}`), from: minDecile }),
    )
    return t('new.unless', { items: items.join(', ') })
  }
}

/** The steps of a path, which every day has alike: who does the next one, what has to be there, and how it may end. */
export function PathSteps({ path }: Of) {
  const t = usePathText()
  const words = useReactivationText()
  const proposable = useProposable()
  return (
    <Stack gap="xs">
      <Facts
        rows={[
          [words('route'), words(`route.${path.route}`)],
          [t('outcomes'), path.outcomes.map((outcome) => t(`outcome.${outcome}`)).join('; ')],
          [t('new'), proposable(path)],
        ]}
      />
      <Title order={3} size="h5">
        {t('items')}
      </Title>
      {path.items.length === 0 ? (
        <Text size="sm">{words('no-items')}</Text>
      ) : (
        <Stack component="ul" gap={6} p={0} m={0} style={{ listStyle: 'none' }} aria-label={t('items')}>
          {path.items.map(({ item, kind, required }) => (
            <Group component="li" key={item} gap="xs">
              <Text size="sm">{words(`item.${item}`)}</Text>
              <Text size="sm" c="dimmed">
                {t(`kind.${kind}`)}
              </Text>
              <Badge variant="light" color={required ? 'orange' : 'gray'} tt="none">
                {words(required ? 'required' : 'optional')}
              </Badge>
            </Group>
          ))}
        </Stack>
      )}
      <Text size="sm" c="dimmed">
        {t('steps.fixed')}
      </Text>
    </Stack>
  )
}

/** What the officer of a case reads, in both languages, with these words and days. */
export function OfficerPreview({ path }: Of) {
  const t = usePathText()
  const words = useReactivationText()
  const { deadlineDays, counterText, outcomes, newProposal } = path
  return (
    <Stack gap="xs">
      <Facts
        rows={[
          [words('reason'), words(`reason.${path.reason}`)],
          [
            words('deadline'),
            deadlineDays === null ? words('deadline.unknown') : words('deadline.days', { days: deadlineDays }),
          ],
        ]}
      />
      {LANGUAGES.map((language) => (
        <Stack key={language} gap={4}>
          <Text size="sm" fw={600}>
            {t(`language.${language}`)}
          </Text>
          <CounterNote text={counterText[language] === '' ? '–' : counterText[language]} language={language} />
        </Stack>
      ))}
      {/* Of a case of which nothing is recorded yet. */}
      <WayLimits mayBeProposed={newProposal.allowed === 'yes'} endsInReview={outcomes.includes('in_review')} />
    </Stack>
  )
}

/** What goes to the phone, whatever the reason: nothing of the path. */
export function ResidentPreview() {
  const t = usePathText()
  const may = useMay()
  const language = useLanguage()
  const { data, error } = useQuery({
    queryKey: [SETTINGS, 'templates'],
    queryFn: ({ signal }) => listMessageTemplates({}, { signal }),
    enabled: may(listMessageTemplates),
  })
  const notice = data?.items.find((one) => one.key === 'needs_reactivation' && one.language === language)
  return (
    <Stack gap="xs">
      <Text size="sm">{t('resident.lead')}</Text>
      <ProblemNotice error={error} />
      {notice && <Bubble text={notice.text} label={t('resident.notice')} language={language} />}
    </Stack>
  )
}
