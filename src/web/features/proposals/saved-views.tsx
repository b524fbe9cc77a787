import { Button, Checkbox, Group, Menu, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconBookmark, IconPencil } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { View, ViewInput } from '../../../contracts/api/views.ts'
import { useMe } from '../../app/session.ts'
import { useAppText } from '../../app/texts.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { changeView, createView, removeView } from './calls.ts'
import { columnsOf, type ProposalSearch, toColumnSearch, toLooks, toSavedFilters } from './proposal-search.ts'
import { viewsQuery } from './queries.ts'
import { useProposalText } from './texts.ts'

const SHARING_ROLES = ['petugas', 'kader', 'verifikator', 'supervisor', 'penyetuju', 'auditor'] as const
type Share = ViewInput['share']

const searchOf = ({ filters, sort, columns }: View): ProposalSearch => ({
  ...filters,
  ...toLooks({ sort: sort ?? undefined, columns: toColumnSearch(columns) }),
})

/** Whom this person may share with, each under a name of its own for the box. */
function useShares(): { value: string; label: string; share: Share }[] {
  const t = useProposalText()
  const app = useAppText()
  const me = useMe()
  const { role, regionCode } = me
  const offices = me.offices.map(({ id: officeId, name: office }) => ({
    value: `office ${officeId}`,
    label: t('views.share.office', { office }),
    share: { with: 'office', officeId } as const,
  }))
  const wider =
    role === 'petugas' || role === 'kader'
      ? []
      : [
          { value: 'region', label: t('views.share.region'), share: { with: 'region', regionCode } as const },
          ...SHARING_ROLES.map((one) => ({
            value: `role ${one}`,
            label: t('views.share.role', { role: app(`role.${one}`) }),
            share: { with: 'role', role: one, regionCode } as const,
          })),
        ]
  return [{ value: 'none', label: t('views.share.none'), share: null }, ...offices, ...wider]
}

function keyOf(share: View['share']): string {
  if (share === null) return 'none'
  if (share.with === 'region') return 'region'
  return share.with === 'office' ? `office ${share.officeId}` : `role ${share.role}`
}

/** Name and sharing of a view; of a new one, or of an own one that is there. */
function ViewDialog({ view, onClose }: { view: View | null; onClose: () => void }) {
  const t = useProposalText()
  const client = useQueryClient()
  const shares = useShares()
  const search = useSearch({ from: '/signed-in/usulan' })
  const [name, setName] = useState(view?.name ?? '')
  const [shared, setShared] = useState(keyOf(view?.share ?? null))
  const [takesFilters, setTakesFilters] = useState(view === null)
  const done = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: viewsQuery.queryKey })
    onClose()
  }
  const save = useMutation({
    mutationFn: async () => {
      const share = shares.find(({ value }) => value === shared)?.share ?? null
      const kept = takesFilters || view === null
      const body = {
        name: name.trim(),
        share,
        columns: kept ? columnsOf(search) : view.columns,
        filters: kept ? toSavedFilters(search) : view.filters,
        sort: kept ? (search.sort ?? null) : view.sort,
      }
      if (view) await changeView({ params: { id: view.id }, body: { ...body, version: view.version } })
      else await createView({ body })
    },
    onSuccess: done,
  })
  const remove = useMutation({ mutationFn: (id: string) => removeView({ params: { id } }), onSuccess: done })
  return (
    <Dialog onClose={onClose} title={t(view ? 'views.change.title' : 'views.save')}>
      <form onSubmit={onSubmit(() => save.mutate())}>
        <Stack>
          <TextInput
            label={t('views.name')}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            maxLength={60}
            data-autofocus
            required
          />
          <Select
            label={t('views.share')}
            data={shares.map(({ value, label }) => ({ value, label }))}
            value={shared}
            onChange={(value) => setShared(value ?? 'none')}
            allowDeselect={false}
          />
          {view && (
            <Checkbox
              label={t('views.filters')}
              checked={takesFilters}
              onChange={({ currentTarget }) => setTakesFilters(currentTarget.checked)}
            />
          )}
          {takesFilters && search.q && <Text size="sm">{t('views.no-search')}</Text>}
          <ProblemNotice error={save.error ?? remove.error} />
          <Group justify="flex-end">
            {view && (
              <Button variant="default" c="red" loading={remove.isPending} onClick={() => remove.mutate(view.id)}>
                {t('views.remove')}
              </Button>
            )}
            <Button variant="default" onClick={onClose}>
              {t('views.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('views.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

/** Views that this person saved or was given: chosen, saved, renamed, shared and deleted. */
export function SavedViews() {
  const t = useProposalText()
  const navigate = useNavigate({ from: '/usulan' })
  const { data } = useQuery(viewsQuery)
  const [edited, setEdited] = useState<View | 'new' | null>(null)
  const views = data?.items ?? []
  const own = views.filter(({ isOwn }) => isOwn)
  const shared = views.filter(({ isOwn }) => !isOwn)
  const open = (view: View): void => void navigate({ search: () => searchOf(view) })
  return (
    <>
      <Menu position="bottom-start" width={320}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={18} />}>
            {t('views.title')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setEdited('new')}>{t('views.save')}</Menu.Item>
          <Menu.Label>{t('views.own')}</Menu.Label>
          {own.length === 0 && (
            <Text size="sm" px="sm">
              {t('views.none')}
            </Text>
          )}
          {own.map((view) => (
            <Group key={view.id} gap={4} wrap="nowrap">
              <Menu.Item onClick={() => open(view)}>{view.name}</Menu.Item>
              <Menu.Item
                w={40}
                aria-label={t('views.change.named', { name: view.name })}
                onClick={() => setEdited(view)}
              >
                <IconPencil size={16} />
              </Menu.Item>
            </Group>
          ))}
          {shared.length > 0 && <Menu.Label>{t('views.shared')}</Menu.Label>}
          {shared.map((view) => (
            <Menu.Item key={view.id} onClick={() => open(view)}>
              {view.owner.displayName ? t('views.by', { name: view.name, owner: view.owner.displayName }) : view.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {edited && <ViewDialog view={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </>
  )
}
