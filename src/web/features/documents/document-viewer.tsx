import { ActionIcon, Anchor, Box, Group, SegmentedControl, Skeleton, Text } from '@mantine/core'
import { IconRotateClockwise, IconZoomIn, IconZoomOut } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DocumentList } from '../../../contracts/api/documents.ts'
import { useKeys } from '../../lib/keys.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { documentsQuery } from './queries.ts'
import { useDocumentText } from './texts.ts'

const ZOOMS = [1, 1.5, 2, 3, 4] as const

type Paper = DocumentList['items'][number]

function Picture({ paper, zoom, turn, onFailed }: { paper: Paper; zoom: number; turn: number; onFailed: () => void }) {
  const t = useDocumentText()
  const times = useTimes()
  const kind = t(`kind.${paper.kind}`)
  return (
    <Box
      h={{ base: 300, md: 460 }}
      bg="var(--mantine-color-default-hover)"
      style={{ overflow: 'auto', borderRadius: 'var(--mantine-radius-md)' }}
      // A box that scrolls must be reachable by keyboard.
      tabIndex={0}
      role="group"
      aria-label={kind}
    >
      <img
        src={paper.contentUrl ?? ''}
        alt={t('alt', { kind, at: times.moment(paper.uploadedAt) })}
        onError={onFailed}
        style={{
          display: 'block',
          width: `${zoom * 100}%`,
          transform: `rotate(${turn * 90}deg)`,
          margin: turn % 2 === 1 ? '20% auto' : '0 auto',
        }}
      />
    </Box>
  )
}

/** The papers of a case, the newest of each kind first, with zoom and rotation by key. `wanted`: the kind to look at. */
export function DocumentViewer({ proposalId }: { proposalId: string }) {
  const t = useDocumentText()
  const times = useTimes()
  const { data, error, refetch } = useQuery(documentsQuery(proposalId))
  const [chosen, setChosen] = useState<string | null>(null)
  const [zoomIndex, setZoomIndex] = useState(0)
  const [turn, setTurn] = useState(0)
  const [hasFailed, setFailed] = useState(false)
  const papers = (data?.items ?? []).filter(({ supersededAt }) => supersededAt === null)
  const paper = papers.find(({ id }) => id === chosen) ?? papers[0]
  const zoomBy = (steps: number): void =>
    setZoomIndex((index) => Math.min(ZOOMS.length - 1, Math.max(0, index + steps)))
  const choose = (id: string | undefined): void => {
    setChosen(id ?? null)
    setFailed(false)
    setTurn(0)
  }
  const next = (): void => {
    const index = papers.findIndex(({ id }) => id === paper?.id)
    choose(papers[(index + 1) % papers.length]?.id)
  }
  useKeys(
    { '+': () => zoomBy(1), '=': () => zoomBy(1), '-': () => zoomBy(-1), v: () => setTurn(turn + 1), d: next },
    papers.length > 0,
  )
  if (!data) return error ? <ProblemNotice error={error} /> : <Skeleton h={320} />
  if (!paper) {
    return (
      <Section title={t('title')}>
        <Text size="sm">{t('none')}</Text>
      </Section>
    )
  }
  if (paper.contentUrl === null) {
    return (
      <Section title={t('title')}>
        <Text size="sm">{t('hidden', { count: papers.length })}</Text>
      </Section>
    )
  }
  return (
    <Section
      title={t('title')}
      aside={
        <Group gap={4}>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('zoom-out')}
            aria-keyshortcuts="-"
            onClick={() => zoomBy(-1)}
          >
            <IconZoomOut size={18} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('zoom-in')}
            aria-keyshortcuts="+"
            onClick={() => zoomBy(1)}
          >
            <IconZoomIn size={18} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('rotate')}
            aria-keyshortcuts="v"
            onClick={() => setTurn(turn + 1)}
          >
            <IconRotateClockwise size={18} />
          </ActionIcon>
        </Group>
      }
    >
      {papers.length > 1 && (
        <SegmentedControl
          value={paper.id}
          onChange={choose}
          data={papers.map(({ id, kind }) => ({ value: id, label: t(`kind.${kind}`) }))}
        />
      )}
      {hasFailed ? (
        <Text size="sm">
          {t('failed')}{' '}
          <Anchor
            component="button"
            type="button"
            onClick={() => {
              setFailed(false)
              void refetch()
            }}
          >
            {t('reload')}
          </Anchor>
        </Text>
      ) : (
        <Picture
          key={paper.id}
          paper={paper}
          zoom={ZOOMS[zoomIndex] ?? 1}
          turn={turn}
          onFailed={() => setFailed(true)}
        />
      )}
      <Text size="sm" c="dimmed">
        {t('added', { at: times.moment(paper.addedAt) })}
      </Text>
    </Section>
  )
}
