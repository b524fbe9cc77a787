import { Alert, Button, Group, Radio, Stack, Text } from '@mantine/core'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { type KeyBindings, useKeys } from '../../lib/keys.ts'
import { KeyHint } from '../../ui/key-hint.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { type Choice, DECISION_KEYS, decisionKeys, isComplete, startChoice } from './decision-choice.ts'
import { ReasonChoice } from './reason-choice.tsx'
import { useReviewText } from './texts.ts'

type Props = {
  proposal: ProposalView
  choice: Choice | null
  onChange: (choice: Choice | null) => void
  onSend: (choice: Choice) => void
  isSending: boolean
  error: unknown
}

/** The decision: one key chooses it, keys choose its reasons, Enter sends it, Escape takes it back. */
export function DecisionPanel({ proposal, choice, onChange, onSend, isSending, error }: Props) {
  const t = useReviewText()
  const offered = decisionKeys(proposal)
  const choose = (key: (typeof offered)[number]): void => onChange(startChoice(DECISION_KEYS[key], proposal))
  const send = (): void => {
    if (choice && isComplete(choice) && !isSending) onSend(choice)
  }
  const keys: KeyBindings = choice
    ? { Enter: send, Escape: () => onChange(null) }
    : Object.fromEntries(offered.map((key) => [key, () => choose(key)]))
  useKeys(keys)
  return (
    <Section title={t('decide.title')}>
      {choice === null ? (
        <Stack gap="xs" role="group" aria-label={t('decide.choose')}>
          {offered.map((key) => (
            <Button
              key={key}
              variant={key === 'm' ? 'filled' : 'default'}
              justify="space-between"
              rightSection={<KeyHint keys={key} />}
              aria-keyshortcuts={key}
              onClick={() => choose(key)}
            >
              {t(`decide.${key}`)}
            </Button>
          ))}
        </Stack>
      ) : (
        <Stack>
          <Text fw={600}>{t(`decide.${offered.find((key) => DECISION_KEYS[key] === choice.decision) ?? 'm'}`)}</Text>
          <ReasonChoice choice={choice} onChange={onChange} />
          {choice.decision === 'duplicate_of' && (
            <Radio.Group
              label={t('decide.duplicate')}
              value={choice.duplicateOf}
              onChange={(duplicateOf) => onChange({ ...choice, duplicateOf })}
            >
              {proposal.duplicates.map(({ proposalId, receiptNumber }) => (
                <Radio key={proposalId} mt={6} value={proposalId} label={receiptNumber} />
              ))}
            </Radio.Group>
          )}
          <ProblemNotice error={error} />
          <Group>
            <Button
              rightSection={<KeyHint keys="↵" />}
              aria-keyshortcuts="Enter"
              loading={isSending}
              disabled={!isComplete(choice)}
              onClick={send}
            >
              {t('decide.send')}
            </Button>
            <Button variant="default" rightSection={<KeyHint keys="Esc" />} onClick={() => onChange(null)}>
              {t('decide.cancel')}
            </Button>
          </Group>
        </Stack>
      )}
      {choice === null && offered.length === 0 && <Alert color="yellow">{t('case.not-mine')}</Alert>}
    </Section>
  )
}
