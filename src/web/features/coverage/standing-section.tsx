import { Badge, Group, List, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { CriterionStanding, RuleStanding } from '../../../contracts/api/coverage.ts'
import type { Standing } from '../../../contracts/coverage-terms.ts'
import { useLanguage } from '../../lib/language.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import type { CoverageSearch } from './coverage-search.ts'
import { standingQuery } from './queries.ts'
import { useCoverageText } from './texts.ts'
import { useFigureWords } from './words.ts'

const COLORS: Record<Standing, string> = { met: 'green', missed: 'red', unknown: 'gray' }

function Criterion({ given }: { given: CriterionStanding }) {
  const t = useCoverageText()
  const words = useFigureWords()
  const { criterion, state, threshold, rate, missingPeople, reachedBy, paceFault, unknownBecause } = given
  const parts = [
    t(`criterion.${criterion}`, { threshold: threshold === null ? '' : words.percent(threshold) }),
    t(`standing.${state}`),
    rate && t('standing.now', { rate: words.percent(rate.hundredths), people: rate.denominator.people }),
    missingPeople !== null && t('standing.missing', { people: missingPeople }),
    reachedBy !== null && t('standing.reached', { month: words.month(reachedBy) }),
    paceFault !== null && t(`pace.${paceFault}`),
    unknownBecause !== null && t(`unknown.${unknownBecause}`),
  ]
  return (
    <>
      {parts[0]}: {parts.slice(1).filter(Boolean).join('. ')}.
    </>
  )
}

function Rule({ standing }: { standing: RuleStanding }) {
  const t = useCoverageText()
  const words = useFigureWords()
  const language = useLanguage()
  const { rule, state, alternatives, reachedBy, inForce } = standing
  return (
    <Stack gap={4} component="li">
      <Group gap="xs">
        <Text fw={600}>{language === 'id' ? rule.nameId : rule.nameEn}</Text>
        <Badge color={COLORS[state]} variant="outline" tt="none">
          {t(`standing.${state}`)}
        </Badge>
        {!inForce && (
          <Badge color="gray" variant="outline" tt="none">
            {t('rule.over')}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {t(rule.validTo === null ? 'rule.since' : 'rule.between', {
          basis: rule.basis,
          from: words.date(rule.validFrom),
          to: rule.validTo === null ? '' : words.date(rule.validTo),
        })}
      </Text>
      {alternatives.map(({ criteria }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: alternatives have no names, and never change their order
        <div key={index}>
          {alternatives.length > 1 && <Text size="sm">{t('rule.alternative', { number: index + 1 })}</Text>}
          <List size="sm">
            {criteria.map((given) => (
              <List.Item key={given.criterion}>
                <Criterion given={given} />
              </List.Item>
            ))}
          </List>
        </div>
      ))}
      {reachedBy !== null && (
        <Text size="sm" fw={600}>
          {t('rule.reached', { month: words.month(reachedBy) })}
        </Text>
      )}
    </Stack>
  )
}

/** How the region stands against each rule; rules that are over behind a fold. */
export function StandingSection({ code, search }: { code: string; search: CoverageSearch }) {
  const t = useCoverageText()
  const words = useFigureWords()
  const { data, error } = useQuery(standingQuery(code, search))
  const [current, over] = [true, false].map((isCurrent) => data?.rules.filter((one) => one.inForce === isCurrent) ?? [])
  const listOf = (rules: readonly RuleStanding[]) => (
    <Stack component="ul" gap="md" p={0} m={0} style={{ listStyle: 'none' }}>
      {rules.map((standing) => (
        <Rule key={standing.rule.id} standing={standing} />
      ))}
    </Stack>
  )
  return (
    <Section title={t('standing')}>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={160} />}
      {data && (
        <>
          <Text size="sm">
            {data.contribution
              ? t(data.contribution.inArrears ? 'contribution.arrears' : 'contribution.paid', {
                  source: data.contribution.source,
                  date: words.date(data.contribution.asOf),
                })
              : t('contribution.unknown')}
          </Text>
          {listOf(current ?? [])}
          {(over ?? []).length > 0 && (
            <details className="not-printed">
              <summary>{t('standing.over', { count: (over ?? []).length })}</summary>
              {listOf(over ?? [])}
            </details>
          )}
          <Text size="xs" c="dimmed">
            {t('standing.formula')}
          </Text>
        </>
      )}
    </Section>
  )
}
