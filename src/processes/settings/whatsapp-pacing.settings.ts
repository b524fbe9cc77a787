import { z } from 'zod'
import type { PacingRules } from '../../features/whatsapp/index.ts'
import { oneOf } from '../../platform/config/setting-types.ts'

const OFF = 'off'
const MINUTES_PER_HOUR = 60
const MOST = 1_000_000

/** A setting that can be switched off by the word. */
const orOff = <Value>(pattern: RegExp, example: string, read: (value: string) => Value | undefined) =>
  z
    .string()
    .transform((value) => (value === OFF ? null : pattern.test(value) ? read(value) : undefined))
    .refine((value) => value !== undefined, `write ${example}, or off`)
    .transform((value) => value ?? null)
    .optional()

const limit = () => orOff(/^[1-9]\d{0,5}$/, `a whole number from 1 to ${MOST - 1}`, Number)

function readHours(value: string): PacingRules['quietHours'] | undefined {
  const [from, to] = value.split('-').map((time) => {
    const [hours, minutes] = time.split(':').map(Number)
    return (hours ?? 0) * MINUTES_PER_HOUR + (minutes ?? 0)
  })
  return from === undefined || to === undefined || from === to ? undefined : { from, to }
}

function readJitter(value: string): PacingRules['jitter'] | undefined {
  const [least, most] = value.split('-').map(Number)
  if (least === undefined || most === undefined || least > most) return undefined
  return { minMs: least * 1_000, maxMs: most * 1_000 }
}

function readWarmUp(value: string): PacingRules['warmUp'] | undefined {
  const steps = value.split(',').map((step) => {
    const [day, most] = step.split(':').map(Number)
    return { day: day ?? 0, limit: most ?? 0 }
  })
  const rises = steps.every((step, index) => step.day > (steps[index - 1]?.day ?? 0))
  return steps[0]?.day === 1 && rises ? steps : undefined
}

const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d'

export const pacingSettings = {
  WHATSAPP_QUIET_HOURS: orOff(new RegExp(`^${TIME}-${TIME}$`), 'two times of day like 20:00-08:00', readHours),
  WHATSAPP_JITTER_SECONDS: orOff(/^\d{1,4}-\d{1,4}$/, 'the least and the most like 8-25', readJitter),
  WHATSAPP_CONTACT_HOUR_LIMIT: limit(),
  WHATSAPP_CONTACT_DAY_LIMIT: limit(),
  WHATSAPP_WARM_UP: orOff(
    /^\d{1,4}:[1-9]\d{0,5}(?:,\d{1,4}:[1-9]\d{0,5}){0,19}$/,
    'days and limits like 1:10,3:25,7:60,14:250, beginning with day 1',
    readWarmUp,
  ),
  WHATSAPP_COLD_DAY_LIMIT: limit(),
  WHATSAPP_COLD_NOTICES: oneOf(['on', 'off']).default('on'),
}

type Settings = z.infer<z.ZodObject<typeof pacingSettings>>
type Defaults = Omit<PacingRules, 'timeZone' | 'coldNotices'>

/** An account of our own on somebody else's network: not outside decent hours, never in bursts, slowly at first. */
const CAUTIOUS: Defaults = {
  quietHours: { from: 20 * MINUTES_PER_HOUR, to: 8 * MINUTES_PER_HOUR },
  jitter: { minMs: 8_000, maxMs: 25_000 },
  contactHourLimit: 4,
  contactDayLimit: 8,
  warmUp: [
    { day: 1, limit: 10 },
    { day: 3, limit: 25 },
    { day: 7, limit: 60 },
    { day: 14, limit: 250 },
  ],
  coldDayLimit: 100,
}

/** The official interface has limits of its own and expects machines: what is left is what people find decent. */
const OFFICIAL: Defaults = { ...CAUTIOUS, jitter: null, warmUp: null, coldDayLimit: null }

/** A newcomer sees a message at once, at any hour. */
const FREE: Defaults = {
  quietHours: null,
  jitter: null,
  contactHourLimit: null,
  contactDayLimit: null,
  warmUp: null,
  coldDayLimit: null,
}

export type PacingContext = {
  gateway: 'simulator' | 'web' | 'cloud'
  isProduction: boolean
  isDemo: boolean
  timeZone: string
}

function defaultsOf({ gateway, isProduction, isDemo }: PacingContext): Defaults {
  if (gateway === 'cloud') return OFFICIAL
  // In production without the demo the simulator stands in for a real account.
  return gateway === 'web' || (isProduction && !isDemo) ? CAUTIOUS : FREE
}

/** What is not set follows the gateway. */
export function readPacing(settings: Settings, context: PacingContext): PacingRules {
  const { timeZone } = context
  const defaults = defaultsOf(context)
  const choose = <Value>(set: Value | null | undefined, otherwise: Value | null): Value | null =>
    set === undefined ? otherwise : set
  return {
    quietHours: choose(settings.WHATSAPP_QUIET_HOURS, defaults.quietHours),
    jitter: choose(settings.WHATSAPP_JITTER_SECONDS, defaults.jitter),
    contactHourLimit: choose(settings.WHATSAPP_CONTACT_HOUR_LIMIT, defaults.contactHourLimit),
    contactDayLimit: choose(settings.WHATSAPP_CONTACT_DAY_LIMIT, defaults.contactDayLimit),
    warmUp: choose(settings.WHATSAPP_WARM_UP, defaults.warmUp),
    coldDayLimit: choose(settings.WHATSAPP_COLD_DAY_LIMIT, defaults.coldDayLimit),
    coldNotices: settings.WHATSAPP_COLD_NOTICES === 'on',
    timeZone,
  }
}
