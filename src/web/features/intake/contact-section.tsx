import { SimpleGrid, Stack } from '@mantine/core'
import { useState } from 'react'
import { CHANNELS, type Channel } from '../../../contracts/household-terms.ts'
import { readPlainMobile } from '../../../contracts/primitives/plain-mobile.ts'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { ChoiceField } from './choice-field.tsx'
import type { Draft } from './draft.ts'
import type { FieldErrors } from './errors.ts'
import { TextField } from './text-field.tsx'
import { useIntakeText } from './texts.ts'
import { TickField } from './tick-field.tsx'
import { useSteady } from './use-steady.ts'

/** "628123456789" as people read it out: "0812-3456-789". */
const readOut = (number: string): string => `0${number.slice(2)}`.replace(/(\d{4})(?=\d)/g, '$1-')

type Props = {
  draft: Draft
  channel: Channel
  errors: FieldErrors
  onSet: (change: Partial<Draft>, path: string) => void
}

/** A number that reaches nobody is the commonest reason why a family hears nothing: it is read back before it is taken. */
export function ContactSection({ draft, channel, errors, onSet }: Props) {
  const t = useIntakeText()
  const terms = useTerms()
  const steady = useSteady<HTMLDivElement>()
  const [isLeft, setLeft] = useState(true)
  const number = readPlainMobile(draft.whatsappNumber.trim())
  const isDoubtful = isLeft && draft.whatsappNumber !== '' && number === null
  return (
    <Section title={t('contact.title')}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }} ref={steady}>
          <TextField
            label={t('label.whatsappNumber')}
            placeholder={t('contact.example')}
            value={draft.whatsappNumber}
            onChange={(whatsappNumber) => onSet({ whatsappNumber, isNumberConfirmed: false }, 'whatsappNumber')}
            onFocus={() => setLeft(false)}
            onBlur={() => setLeft(true)}
            inputMode="tel"
            error={errors['whatsappNumber'] ?? (isDoubtful ? t('contact.doubtful') : undefined)}
          />
          <ChoiceField
            label={t('contact.channel')}
            value={channel}
            options={CHANNELS}
            word={(value) => terms(`channel.${value}`)}
            onChange={(value) => onSet({ channel: value || null }, 'channel')}
            error={errors['channel']}
          />
        </SimpleGrid>
        <TickField
          label={t('contact.confirmed', { number: number ? readOut(number) : draft.whatsappNumber || '…' })}
          checked={draft.isNumberConfirmed}
          onChange={(isNumberConfirmed) => onSet({ isNumberConfirmed }, 'isNumberConfirmed')}
          error={errors['isNumberConfirmed']}
        />
      </Stack>
    </Section>
  )
}
