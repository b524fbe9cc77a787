import { Alert, Anchor, Box, Checkbox, Group, Progress, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { ListView } from '../../../contracts/api/lists.ts'
import { useMay, useMe } from '../../app/session.ts'
import { useShowAnswer } from '../../lib/show-answer.ts'
import { useTimes } from '../../lib/time.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { abortList, approveList, putPart } from './calls.ts'
import { driftsQuery, isWorking, listQuery } from './queries.ts'
import { CountsSection, FaultsSection, WordsSections } from './result-sections.tsx'
import { forgetParts } from './send-file.ts'
import { useListText, useMonth } from './texts.ts'
import { UploadSection } from './upload-section.tsx'

/** The product is at it: how far, and that nobody has to wait here. */
function Working({ list }: { list: ListView }) {
  const t = useListText()
  const { number } = useTimes()
  const isReading = list.state === 'parsing'
  return (
    <Stack gap={4}>
      <Progress
        value={isReading ? 100 * list.progress : 100}
        animated={!isReading}
        striped={!isReading}
        aria-label={t('working.bar')}
        size="lg"
      />
      <Text size="sm">{t('working.read', { rows: number(list.counts.read) })}</Text>
      <Text size="sm" c="dimmed">
        {t('working.leave')}
      </Text>
    </Stack>
  )
}

function Acts({ list }: { list: ListView }) {
  const t = useListText()
  const toMonth = useMonth()
  const { number } = useTimes()
  const may = useMay()
  const [isAccepted, setAccepted] = useState(false)
  const params = { id: list.id }
  const showAnswer = useShowAnswer()
  const show = (view: ListView): Promise<void> => showAnswer(listQuery(view.id), view)
  const month = toMonth(list.month)
  const isReady = list.state === 'dry_run_ready'
  const mayEnd = isReady || ['uploading', 'uploaded', 'parsing'].includes(list.state)
  return (
    <Stack gap="sm">
      {isReady && may(approveList) && list.counts.refused > 0 && (!list.isPartial || list.needsAcceptance) && (
        <Checkbox
          label={t('approve.accept', { refused: number(list.counts.refused) })}
          description={t('approve.accept.hint')}
          checked={isAccepted}
          onChange={({ currentTarget }) => setAccepted(currentTarget.checked)}
        />
      )}
      {list.needsAcceptance && !isAccepted && <Alert color="yellow">{t('approve.needed')}</Alert>}
      <Group>
        {isReady && may(approveList) && (!list.needsAcceptance || isAccepted) && (
          <ConfirmButton
            size="sm"
            variant="filled"
            label={t('approve')}
            question={t('approve.sure', {
              people: number(list.counts.usable),
              month,
              region: list.regionName,
            })}
            act={async () => show(await approveList({ params, body: { acceptRefused: isAccepted } }))}
          />
        )}
        {mayEnd && may(abortList) && (
          <ConfirmButton
            size="sm"
            color="red"
            label={t('abort')}
            question={t('abort.sure', { month })}
            act={async () => {
              await show(await abortList({ params }))
              forgetParts(list.id)
            }}
          />
        )}
      </Group>
    </Stack>
  )
}

function Outcome({ list }: { list: ListView }) {
  const t = useListText()
  const toMonth = useMonth()
  const times = useTimes()
  const { data } = useQuery({ ...driftsQuery, enabled: list.state === 'applied' && list.kind === 'membership' })
  if (list.state === 'aborted' && list.fault === null) return <Text>{t('aborted')}</Text>
  if (list.state === 'aborted' && list.fault) {
    return (
      <Alert color="red" role="alert" title={t('fault.title')}>
        {list.fault.line !== null && <Text fw={600}>{t('fault.line', { line: times.number(list.fault.line) })}</Text>}
        {list.fault.message}
      </Alert>
    )
  }
  if (list.appliedAt === null) return null
  const drift = data?.items.find((one) => one.toMonth === list.month && one.regionCode === list.regionCode)
  return (
    <Group>
      <Text>{t('applied', { at: times.moment(list.appliedAt) })}</Text>
      {drift && (
        <Anchor component={Link} to={`/daftar-peserta/perubahan/${drift.id}`}>
          {t('changes', { from: toMonth(drift.fromMonth) })}
        </Anchor>
      )}
    </Group>
  )
}

function OneList({ list }: { list: ListView }) {
  const t = useListText()
  const may = useMay()
  const { regionCode } = useMe()
  const isOwn = list.regionCode === regionCode || list.regionCode.startsWith(`${regionCode}.`)
  const isUploading = list.state === 'uploading'
  const isRead = list.readyAt !== null
  return (
    <>
      <div>
        <Text role="status" fw={600}>
          {t(`state.${list.state}`)}
        </Text>
        <Text>{list.regionName}</Text>
      </div>
      {isUploading && (isOwn && may(putPart) ? <UploadSection list={list} /> : <Text>{t('upload.waits')}</Text>)}
      {isWorking(list.state) && <Working list={list} />}
      <Outcome list={list} />
      {isRead && <CountsSection list={list} />}
      {isRead && <WordsSections list={list} />}
      {isRead && <FaultsSection list={list} isOwn={isOwn} />}
      {isOwn && <Acts list={list} />}
    </>
  )
}

/** One list: its file, what the trial found, the decision, and what came of it. */
export function ListPage() {
  const t = useListText()
  const toMonth = useMonth()
  const { id } = useParams({ from: '/signed-in/daftar-peserta/$id' })
  const { data: list, error } = useQuery(listQuery(id))
  return (
    <Stack maw={1000} mx="auto">
      <Anchor component={Link} to="/daftar-peserta" size="sm">
        {t('back')}
      </Anchor>
      <ProblemNotice error={error} />
      {!list && !error && <Skeleton h={320} />}
      {list && (
        <Title order={1} size="h2">
          {t('history.open', { month: toMonth(list.month), kind: t(`kind.${list.kind}`) })}
        </Title>
      )}
      {list && <OneList key={list.id} list={list} />}
      <Box h={24} />
    </Stack>
  )
}
