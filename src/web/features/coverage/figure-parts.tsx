import { Alert, List, Text } from '@mantine/core'
import type { CoverageCount, CoverageFigure, CoverageMeasure, CoverageRate } from '../../../contracts/api/coverage.ts'
import { useCoverageTerms, useCoverageText } from './texts.ts'
import { useFigureWords } from './words.ts'

/** People with who counted them and when. */
export function Count({ count }: { count: CoverageCount | undefined }) {
  const t = useCoverageText()
  const words = useFigureWords()
  if (!count) return <Text size="sm">{t('none-yet')}</Text>
  return (
    <>
      <Text fw={600} className="coverage-number">
        {words.number(count.people)}
      </Text>
      <Text size="xs" c="dimmed">
        {words.source(count)}
      </Text>
    </>
  )
}

/** A share with what it is a share of. The bar ends at 100 %, its words do not. */
export function Rate({ rate, kind }: { rate: CoverageRate | null; kind: 'coverage' | 'active' }) {
  const t = useCoverageText()
  const words = useFigureWords()
  if (!rate) return null
  return (
    <>
      <div className="coverage-bar" data-kind={kind} aria-hidden>
        <div style={{ width: `${Math.min(rate.hundredths, 10_000) / 100}%` }} />
      </div>
      <Text size="sm" className="coverage-number">
        {t(`rate.${kind}`, { rate: words.percent(rate.hundredths), people: rate.denominator.people })}
      </Text>
    </>
  )
}

/** What was said of the region beside the sum over its children, where both are known. */
export function BesideComputed({ measure }: { measure: CoverageMeasure | null }) {
  const t = useCoverageText()
  const words = useFigureWords()
  if (!measure?.computed) return null
  const { people, regions, of } = measure.computed
  if (!measure.own) {
    return regions < of || !measure.computed.isWhole ? (
      <Text size="xs">{t('computed.partial', { regions, of })}</Text>
    ) : null
  }
  return <Text size="xs">{t('computed.beside', { people: words.number(people), regions, of })}</Text>
}

/** Everything about a figure that its reader must know. */
export function Flags({ figure }: { figure: CoverageFigure }) {
  const t = useCoverageText()
  const term = useCoverageTerms()
  const words = useFigureWords()
  const { printedCoverage, printedActive, coverage, activeRate } = figure
  const wordsOf = (flag: CoverageFigure['flags'][number]): string => {
    const printed = flag === 'printed_coverage_differs' ? printedCoverage : printedActive
    const rate = flag === 'printed_coverage_differs' ? coverage : activeRate
    if (!flag.startsWith('printed_') || !printed || !rate) return term(`flag.${flag}`)
    return `${term(`flag.${flag}`)} ${t('printed', { printed: printed.text, computed: words.percent(rate.hundredths) })}${
      printed.impliedDenominator
        ? ` ${t('printed.implied', {
            from: words.number(printed.impliedDenominator.from),
            to: words.number(printed.impliedDenominator.to),
          })}`
        : ''
    }`
  }
  if (figure.flags.length === 0) return null
  return (
    <Alert color="orange" title={t('flags')}>
      <List size="sm">
        {figure.flags.map((flag) => (
          <List.Item key={flag}>{wordsOf(flag)}</List.Item>
        ))}
      </List>
    </Alert>
  )
}
