import { Alert, Button, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Telling, TellingInput } from '../../../contracts/api/lists.ts'
import { type DriftKind, TELLING_KINDS } from '../../../contracts/list-terms.ts'
import { useMay } from '../../app/session.ts'
import { useTimes } from '../../lib/time.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { tellMembers } from './calls.ts'
import { useListText } from './texts.ts'

function Counts({ telling }: { telling: Telling }) {
  const t = useListText()
  const { number } = useTimes()
  return (
    <Facts
      rows={[
        [t('telling.people'), number(telling.people)],
        [t('telling.registered'), number(telling.registered)],
        [t('telling.consent'), number(telling.withConsent)],
        [t('telling.already'), number(telling.alreadyChosen)],
        [t('telling.chosen'), number(telling.chosen)],
      ]}
    />
  )
}

function Teller({ driftId, input }: { driftId: string; input: Omit<TellingInput, 'dryRun'> }) {
  const t = useListText()
  const params = { id: driftId }
  const [told, setTold] = useState<Telling>()
  const dryRun = useMutation({ mutationFn: () => tellMembers({ params, body: { ...input, dryRun: true } }) })
  if (told) {
    return (
      <Alert color="green" role="status">
        {t('telling.done', { count: told.chosen })}
      </Alert>
    )
  }
  if (!dryRun.data) {
    return (
      <>
        <ProblemNotice error={dryRun.error} />
        <Button variant="default" w="fit-content" loading={dryRun.isPending} onClick={() => dryRun.mutate()}>
          {t('telling.count')}
        </Button>
      </>
    )
  }
  const count = dryRun.data.chosen
  return (
    <>
      <Counts telling={dryRun.data} />
      {count === 0 ? (
        <Text role="status">{t('telling.none')}</Text>
      ) : (
        <div>
          <ConfirmButton
            size="sm"
            variant="filled"
            label={t('telling.send', { count })}
            question={t('telling.sure', { count })}
            act={async () => setTold(await tellMembers({ params, body: { ...input, dryRun: false } }))}
          />
        </div>
      )}
    </>
  )
}

/** People of a work list are asked to come, once for a month; counted first. */
export function TellingSection({
  driftId,
  kind,
  village,
}: {
  driftId: string
  kind: DriftKind
  village: string | undefined
}) {
  const t = useListText()
  const may = useMay()
  const wanted = TELLING_KINDS.find((one) => one === kind)
  if (wanted === undefined || !may(tellMembers)) return null
  return (
    <Section title={t('telling')}>
      <Text size="sm">{t('telling.lead')}</Text>
      <Teller driftId={driftId} input={{ kind: wanted, ...(village !== undefined && { villageCode: village }) }} />
    </Section>
  )
}
