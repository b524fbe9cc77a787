import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { flushSync } from 'react-dom'
import type { OfficeKind } from '../../../contracts/api/office-kinds.ts'
import type { Channel, Warning } from '../../../contracts/household-terms.ts'
import { findNikFault } from '../../../contracts/primitives/nik-digits.ts'
import { useMay, useMe } from '../../app/session.ts'
import { CASES, HOME } from '../../lib/live.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { isCode } from '../../lib/problem.ts'
import { KeyHint } from '../../ui/key-hint.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { uploadDocument } from '../documents/calls.ts'
import { AddressSection } from './address-section.tsx'
import { ConsentSection } from './consent-section.tsx'
import { ContactSection } from './contact-section.tsx'
import { type Draft, type MemberDraft, newMember, nextMember, toBody } from './draft.ts'
import { type FieldErrors, fieldErrorsOf, focusFirstWrong } from './errors.ts'
import { FamilyCardSection } from './family-card-section.tsx'
import { focusMember } from './focus.ts'
import { MemberFields } from './member-fields.tsx'
import { changeMember, usualStatus } from './member-rules.ts'

import { PhotosSection } from './photos-section.tsx'
import { householdQuery, officeQuery } from './queries.ts'
import { rememberVillage } from './remembered.ts'
import { listMissing } from './required-fields.ts'
import { SendTrouble } from './send-trouble.tsx'
import { SteadyForm } from './steady-form.tsx'
import { useIntakeText } from './texts.ts'
import type { useDraft } from './use-draft.ts'
import { useEntryKeys } from './use-entry-keys.ts'
import { useSend } from './use-send.ts'
import { useUploads } from './use-uploads.ts'
import { type FoundWarning, WarningsSection } from './warnings-section.tsx'

const MEMBERS_MAX = 20
const NOTHING: FieldErrors = {}

const CHANNEL_OF: Record<OfficeKind, Channel> = {
  puskesmas: 'puskesmas',
  mpp: 'mpp',
  mobile: 'mobile',
  hospital: 'hospital',
  village: 'village',
  health_office: 'puskesmas',
}

/** Errors of one member, by field. */
function errorsOf(errors: FieldErrors, key: string): FieldErrors {
  const own = Object.entries(errors).filter(([path]) => path.startsWith(`members.${key}.`))
  return own.length === 0 ? NOTHING : Object.fromEntries(own.map(([path, text]) => [path.split('.')[2] ?? '', text]))
}

type Props = {
  /** Where the form is kept while it is filled in. */
  store: ReturnType<typeof useDraft>
  today: string
  /** Goes on with another form; this one stays as a draft. */
  onKeep: () => void
}

/** Registers one household. */
export function IntakeForm({ store, today, onKeep }: Props) {
  const t = useIntakeText()
  const me = useMe()
  const may = useMay()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { draft, change, save, finish } = store
  const [errors, setErrors] = useState<FieldErrors>(NOTHING)
  const [warnings, setWarnings] = useState<readonly FoundWarning[]>([])
  const uploads = useUploads(change)
  const office = useQuery({ ...officeQuery(me.officeId ?? ''), enabled: me.officeId !== null })
  const channel = draft.channel ?? CHANNEL_OF[office.data?.kind ?? 'puskesmas']

  const { phase, error, send, isLong, sendNow } = useSend({
    draft,
    change,
    save,
    finish,
    onCreated({ id }) {
      if (draft.village) rememberVillage(draft.village)
      client.removeQueries({ queryKey: ['person'] })
      client.removeQueries({ queryKey: ['household'] })
      void client.invalidateQueries({ queryKey: [CASES] })
      void client.invalidateQueries({ queryKey: [HOME] })
      void navigate({ to: '/pendaftaran/$intakeId', params: { intakeId: id } })
    },
    onRefused(problem) {
      if (isCode(problem, 'warnings_unconfirmed')) {
        const found = (problem.body.errors ?? []).map((one) => ({
          ...one,
          code: one.code as Warning,
          isConfirmed: false,
        }))
        setWarnings(found)
      } else setErrors(fieldErrorsOf(problem, draft))
      setTimeout(focusFirstWrong)
    },
  })
  const isLocked = phase !== 'editing'

  /** What was wrong there is being mended, and what was odd may be so no more. */
  const forgive = useCallback((path: string): void => {
    setErrors((now) => {
      if (!(path in now)) return now
      const { [path]: _, ...others } = now
      return others
    })
    setWarnings((now) => (now.length === 0 ? now : []))
  }, [])
  const set = (part: Partial<Draft>, path: string): void => {
    change((now) => ({ ...now, ...part }))
    forgive(path)
  }
  const setMember = useCallback(
    (key: string, part: Partial<MemberDraft>): void => {
      change((now) => ({
        ...now,
        members: now.members.map((member) => (member.key === key ? changeMember(member, part, today) : member)),
      }))
      for (const field of Object.keys(part)) forgive(`members.${key}.${field}`)
    },
    [change, forgive, today],
  )
  const removeMember = useCallback(
    (key: string): void => {
      change((now) => ({
        ...now,
        members: now.members.filter((member) => member.key !== key),
        photos: now.photos.filter(({ memberKey }) => memberKey !== key),
      }))
      forgive('members')
    },
    [change, forgive],
  )
  const addMember = (member: MemberDraft): void => {
    const blank = draft.members.findIndex(({ nik, fullName }) => nik === '' && fullName === '')
    const isFilling = member.fullName !== '' && blank >= 0
    if (!isFilling && draft.members.length >= MEMBERS_MAX) return
    flushSync(() =>
      change((now) => ({
        ...now,
        members: isFilling ? now.members.toSpliced(blank, 1, member) : [...now.members, member],
      })),
    )
    forgive('members')
    focusMember(isFilling ? blank : draft.members.length)
  }
  const addNext = (): void => addMember(nextMember(draft.members))

  const setFamilyCard = (familyCardNumber: string): void => {
    set({ familyCardNumber }, 'familyCardNumber')
    if (findNikFault(familyCardNumber) !== null) return
    // A household that has a head needs none today: whoever comes now is mostly a child.
    const relate = ({ headKnown }: { headKnown: boolean }): void => {
      if (!headKnown) return
      change((now) => {
        const [first, ...others] = now.members
        if (!first || others.length > 0 || first.nik !== '' || first.fullName !== '') return now
        return { ...now, members: [{ ...first, relationship: 'anak', maritalStatus: usualStatus('anak') }] }
      })
    }
    // What fails is told where the household would stand.
    client.fetchQuery(householdQuery(familyCardNumber)).then(relate, () => undefined)
  }

  const confirmed = useMemo(() => warnings.filter(({ isConfirmed }) => isConfirmed), [warnings])
  const submit = (): void => {
    if (isLocked || uploads.isRunning) return
    const missing: [string, string][] = listMissing(draft).map(({ path, field }) => [
      path,
      t('issue.required', { field: t(`label.${field}` as 'label.nik') }),
    ])
    if (!draft.isNumberConfirmed) missing.push(['isNumberConfirmed', t('contact.unconfirmed')])
    flushSync(() => setErrors(Object.fromEntries(missing)))
    if (missing.length > 0 || confirmed.length < warnings.length) {
      focusFirstWrong()
      return
    }
    void send(toBody(draft, channel, [...new Set(confirmed.map(({ code }) => code))]))
  }

  useEntryKeys(addNext)

  const places = [...new Set(draft.members.map(({ birthPlace }) => birthPlace.trim().toUpperCase()).filter(Boolean))]
  return (
    <SteadyForm onSubmit={onSubmit(submit)} noValidate aria-label={t('title')}>
      <datalist id="intake-places">
        {places.map((place) => (
          <option key={place} value={place}>
            {place}
          </option>
        ))}
      </datalist>
      <fieldset disabled={isLocked} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack>
          <FamilyCardSection
            number={draft.familyCardNumber}
            error={errors['familyCardNumber']}
            onChange={setFamilyCard}
            onAdd={({ fullName, relationship }) =>
              addMember(newMember({ fullName, relationship, maritalStatus: usualStatus(relationship) }))
            }
          />
          <Section title={t('members.title')}>
            <Text size="sm" c="dimmed">
              {t('members.lookup')}
            </Text>
            {draft.members.map((member, position) => (
              <MemberRow
                key={member.key}
                member={member}
                position={position}
                errors={errors}
                canRemove={draft.members.length > 1}
                onChange={setMember}
                onRemove={removeMember}
              />
            ))}
            {errors['members'] && <Alert color="red">{errors['members']}</Alert>}
            <Group>
              <Button
                variant="default"
                leftSection={<IconUserPlus size={18} />}
                rightSection={<KeyHint keys="Ctrl+Enter" />}
                aria-keyshortcuts="Control+Enter"
                disabled={draft.members.length >= MEMBERS_MAX}
                onClick={addNext}
                {...(errors['members'] && { 'data-wrong': true })}
              >
                {t('members.add')}
              </Button>
            </Group>
          </Section>
          <AddressSection draft={draft} errors={errors} onSet={set} />
          <ContactSection draft={draft} channel={channel} errors={errors} onSet={set} />
          {may(uploadDocument) && <PhotosSection draft={draft} errors={errors} uploads={uploads} />}
          <ConsentSection draft={draft} errors={errors} onSet={set} />
          <WarningsSection
            warnings={warnings}
            onConfirm={(index, isConfirmed) =>
              setWarnings((now) => now.map((one, at) => (at === index ? { ...one, isConfirmed } : one)))
            }
          />
        </Stack>
      </fieldset>
      <Stack mt="md">
        {phase === 'editing' && !isCode(error, 'warnings_unconfirmed') && <ProblemNotice error={error} />}
        {phase === 'editing' && Object.keys(errors).length > 0 && error === null && (
          <Alert color="red" role="alert">
            {t('send.incomplete', { count: Object.keys(errors).length })}
          </Alert>
        )}
        <SendTrouble phase={phase} isLong={isLong} onAgain={sendNow} onKeep={onKeep} />
        <Group>
          <Button
            type="submit"
            size="md"
            loading={phase === 'sending'}
            disabled={phase === 'unknown' || phase === 'stopped' || uploads.isRunning}
          >
            {t(warnings.length > 0 ? 'send.confirmed' : 'send')}
          </Button>
          {/* Keeps its place: at the end of the page nothing could make up for it. */}
          <Text size="sm" style={{ visibility: uploads.isRunning ? 'visible' : 'hidden' }}>
            {t('send.photos')}
          </Text>
        </Group>
      </Stack>
    </SteadyForm>
  )
}

type RowProps = Omit<Parameters<typeof MemberFields>[0], 'errors'> & { errors: FieldErrors }

/** Takes its own errors out of all of them, so that a row without any is not drawn again for those of another. */
function MemberRow({ errors, ...rest }: RowProps) {
  const { key } = rest.member
  const own = useMemo(() => errorsOf(errors, key), [errors, key])
  return <MemberFields {...rest} errors={own} />
}
