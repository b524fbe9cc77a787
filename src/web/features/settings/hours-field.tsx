import { Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core'
import { WEEKDAYS, type Weekday } from '../../../contracts/api/office-kinds.ts'
import type { OpeningHours } from '../../../contracts/api/regions.ts'
import { fieldError } from '../../lib/field-error.ts'
import { useSettingsText } from './texts.ts'

type Period = NonNullable<OpeningHours[Weekday]>[number]
type DayProps = { day: Weekday; periods: readonly Period[]; error: unknown; onChange: (to: Period[]) => void }

/** More than one period: closed in between. */
const PERIODS_MAX = 4
const MORNING: Period = { opens: '08:00', closes: '12:00' }
const AFTERNOON: Period = { opens: '13:00', closes: '16:00' }

function Day({ day, periods, error, onChange }: DayProps) {
  const t = useSettingsText()
  const name = t(`weekday.${day}`)
  const put = (index: number, change: Partial<Period>): void =>
    onChange(periods.map((period, at) => (at === index ? { ...period, ...change } : period)))
  const fault = fieldError(error, `openingHours.${day}`)
  return (
    <Stack gap={4}>
      <Group gap="xs" align="center">
        <Text w={96} fw={600}>
          {name}
        </Text>
        {periods.length === 0 && <Text c="dimmed">{t('office.closed')}</Text>}
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`${t('office.add-period')}: ${name}`}
          disabled={periods.length >= PERIODS_MAX}
          onClick={() => onChange([...periods, periods.length === 0 ? MORNING : AFTERNOON])}
        >
          {t('office.add-period')}
        </Button>
      </Group>
      {periods.map(({ opens, closes }, index) => (
        // Periods have no other name than their place.
        <Group key={index} gap="xs" align="center" wrap="nowrap">
          <TextInput
            type="time"
            aria-label={t('office.opens', { day: name })}
            value={opens}
            onChange={({ currentTarget }) => put(index, { opens: currentTarget.value })}
            required
          />
          <Text aria-hidden="true">–</Text>
          <TextInput
            type="time"
            aria-label={t('office.closes', { day: name })}
            value={closes}
            onChange={({ currentTarget }) => put(index, { closes: currentTarget.value })}
            required
          />
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={t('office.remove-period.of', { day: name })}
            onClick={() => onChange(periods.filter((_, at) => at !== index))}
          >
            {t('office.remove-period')}
          </Button>
        </Group>
      ))}
      {fault !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)">
          {fault}
        </Text>
      )}
    </Stack>
  )
}

/** When an office is open in a week; a day without a period is closed. */
export function HoursField(props: { hours: OpeningHours; error: unknown; onChange: (to: OpeningHours) => void }) {
  const { hours, error, onChange } = props
  const t = useSettingsText()
  const put = (day: Weekday, periods: Period[]): void => {
    const { [day]: _, ...others } = hours
    onChange(periods.length === 0 ? others : { ...others, [day]: periods })
  }
  const { monday } = hours
  return (
    <Fieldset legend={t('office.hours')}>
      <Stack gap="sm">
        {WEEKDAYS.map((day) => (
          <Day key={day} day={day} periods={hours[day] ?? []} error={error} onChange={(periods) => put(day, periods)} />
        ))}
        {monday && (
          <Button
            variant="default"
            size="compact-md"
            onClick={() => onChange({ ...hours, tuesday: monday, wednesday: monday, thursday: monday, friday: monday })}
          >
            {t('office.like-monday')}
          </Button>
        )}
      </Stack>
    </Fieldset>
  )
}
