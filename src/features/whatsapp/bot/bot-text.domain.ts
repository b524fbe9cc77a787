import { publicReasons } from '../../../contracts/events/notices.ts'
import type { PublicLabel } from '../../../contracts/lifecycle/labels.ts'
import { findText, type Language, type TextKey, type TextParams, translate } from '../../../contracts/text/index.ts'
import { holdsIdentityNumber } from '../identity-guard.domain.ts'
import { clip, NAMES_SHOWN, OFFICE_MAX, PLACE_MAX, writtenDate } from '../notice-text.domain.ts'
import type { BotDesk, BotOffice, BotVillage, OwnIntake, OwnMember } from './bot.ports.ts'
import type { Reply } from './bot-steps.ts'
import { writeOpeningHours } from './opening-hours.domain.ts'
import { nearestDesks } from './places.domain.ts'

/** WhatsApp's official transport takes 1,024 characters; a reference of our own comes behind the reply. */
export const REPLY_MAX_LENGTH = 1000

const HOURS_MAX = 160
const INTAKES_SHOWN = 5

/** What an office calls itself is typed by people: a number in it that looks like somebody's is left out. */
const safe = (text: string): string => (holdsIdentityNumber(text) ? '' : text)

type Say = (key: TextKey<'bot'>, params?: TextParams) => string
type Writer = { language: Language; say: Say; statusUrl: string }

const officeName = (office: BotOffice): string => clip(safe(office.name), OFFICE_MAX)
const address = (office: BotOffice): string => safe(office.address ?? '')

function placeOf(writer: Writer, office: BotOffice, withAddress: boolean): string {
  const name = officeName(office)
  if (!withAddress || address(office) === '') return name
  return clip(translate(writer.language, 'notices', 'place', { office: name, address: address(office) }), PLACE_MAX)
}

const hoursOf = ({ language }: Writer, office: BotOffice): string =>
  clip(writeOpeningHours(language, office.openingHours), HOURS_MAX)

const sign = ({ say }: Writer, office: BotOffice | null): string =>
  office && officeName(office) !== '' ? say('sign.office', { office: officeName(office) }) : say('sign.service')

const labelsOf = (labels: readonly PublicLabel[]): PublicLabel[] => [...new Set(labels)]

function reasonsOf({ language }: Writer, member: OwnMember): string {
  const told = publicReasons(member.reasons).flatMap((code) => findText(language, 'notices', `reason.${code}`) ?? [])
  return told.length > 0 ? told.join('; ') : translate(language, 'notices', 'reason.counter')
}

const NEEDS_REASONS: ReadonlySet<PublicLabel> = new Set(['needs_completion', 'cannot_be_processed'])

function memberLine(writer: Writer, member: OwnMember, withReasons: boolean): string {
  const state = writer.say(`state.${member.label}`)
  return withReasons && NEEDS_REASONS.has(member.label)
    ? writer.say('status.line_with_reasons', { name: member.name, state, reasons: reasonsOf(writer, member) })
    : writer.say('status.line', { name: member.name, state })
}

/** What to do next, once per label. With several due days the first one counts. */
function nextSteps(writer: Writer, members: readonly OwnMember[], place: string): string[] {
  const steps = labelsOf(members.map(({ label }) => label)).map((label) => {
    const concerned = members.filter((member) => member.label === label)
    if (label === 'closed') {
      const mayAgain = concerned.every(({ closedAs }) => closedAs === 'withdrawn' || closedAs === 'expired')
      return writer.say(mayAgain ? 'next.closed_again' : 'next.closed', { place })
    }
    const [dueOn] = concerned.flatMap((member) => member.dueOn ?? []).sort()
    return writer.say(`next.${label}`, {
      place,
      hasDue: dueOn ? 'yes' : 'no',
      dueOn: dueOn ? writtenDate(writer.language, dueOn) : '',
    })
  })
  return [...new Set(steps)]
}

function groupLine(writer: Writer, label: PublicLabel, members: readonly OwnMember[]): string {
  const names = members.filter((member) => member.label === label).map(({ name }) => `*${name}*`)
  const first = names.slice(0, NAMES_SHOWN).join(', ')
  const shown =
    names.length > NAMES_SHOWN
      ? translate(writer.language, 'notices', 'more', { names: first, count: names.length - NAMES_SHOWN })
      : first
  return writer.say('status.group', { state: writer.say(`state.${label}`), names: shown })
}

/** From everything to the counts alone: the first that fits is sent. */
function* ownStatus(writer: Writer, { intake, isConfirmed }: Extract<Reply, { key: 'own_status' }>): Generator<string> {
  const { say } = writer
  const { members, office } = intake
  const opening = [
    ...(isConfirmed ? [say('status.confirmed')] : []),
    say('status.opening', { receipt: intake.receiptNumber, date: writtenDate(writer.language, intake.submittedOn) }),
  ].join('\n')
  const signed = sign(writer, office)
  const compose = (lines: readonly string[], notes: readonly string[]): string =>
    [opening, lines.join('\n'), notes.join('\n'), signed].join('\n\n')
  const details = say('status.details', { office: officeName(office) })
  for (const withAddress of [true, false]) {
    const steps = nextSteps(writer, members, placeOf(writer, office, withAddress))
    yield compose(
      members.map((member) => memberLine(writer, member, true)),
      steps,
    )
  }
  const steps = nextSteps(writer, members, officeName(office))
  yield compose(
    members.map((member) => memberLine(writer, member, false)),
    [...steps, details],
  )
  const labels = labelsOf(members.map(({ label }) => label))
  const groups = labels.map((label) => groupLine(writer, label, members))
  yield compose(groups, [...steps, details])
  yield compose(groups, [details])
  const counts = labels.map((label) =>
    say('status.count', {
      state: say(`state.${label}`),
      count: members.filter((member) => member.label === label).length,
    }),
  )
  yield compose(counts, [details])
}

/** As the public page shows it: no names, members by their place. */
function* publicStatus(
  writer: Writer,
  { receiptNumber, answer }: Extract<Reply, { key: 'public_status' }>,
): Generator<string> {
  const { say, language } = writer
  const { labels } = answer
  const opening = say('status.opening', { receipt: receiptNumber, date: writtenDate(language, answer.submittedOn) })
  const labelText = (label: PublicLabel): string => translate(language, 'labels', label)
  const next = labelsOf(labels)
    .map((label) => translate(language, 'status', `next.${label}`))
    .join('\n')
  const compose = (lines: readonly string[], after: readonly string[]): string =>
    [opening, lines.join('\n'), ...after, sign(writer, null)].join('\n\n')
  yield compose(
    labels.map((label, index) => say('public.line', { number: index + 1, label: labelText(label) })),
    [next],
  )
  const groups = labelsOf(labels).map((label) =>
    say('public.group', {
      label: labelText(label),
      numbers: labels.flatMap((each, index) => (each === label ? [index + 1] : [])).join(', '),
    }),
  )
  yield compose(groups, [next])
  yield compose(groups, [])
}

function deskText(writer: Writer, desk: BotDesk, withAddress: boolean): string {
  const hours = hoursOf(writer, desk) || writer.say('desks.hours_unknown')
  const where = withAddress ? clip(address(desk), PLACE_MAX) : ''
  return [`*${officeName(desk)}*`, ...(where === '' ? [] : [where]), hours].join('\n')
}

function* desks(writer: Writer, village: BotVillage, offices: readonly BotDesk[]): Generator<string> {
  const names = { village: village.name, kecamatan: village.kecamatan }
  const nearest = nearestDesks(village.code, offices)
  const signed = sign(writer, null)
  if (nearest.length === 0) {
    yield [writer.say('desks.none', names), signed].join('\n\n')
    return
  }
  for (const withAddress of [true, false]) {
    for (const shown of [nearest, nearest.slice(0, 1)]) {
      const list = shown.map((desk) => deskText(writer, desk, withAddress)).join('\n\n')
      yield [writer.say('desks', { ...names, list }), signed].join('\n\n')
    }
  }
}

function ownList(writer: Writer, intakes: readonly OwnIntake[]): string {
  const { say } = writer
  const items = intakes
    .slice(0, INTAKES_SHOWN)
    .map((intake) => say('own_list.item', { receipt: intake.receiptNumber, office: officeName(intake.office) }))
  const more = intakes.length - items.length
  const list = [...items, ...(more > 0 ? [say('own_list.more', { count: more })] : [])].join('\n')
  return [say('own_list', { count: intakes.length, list }), sign(writer, null)].join('\n\n')
}

function* candidates(writer: Writer, reply: Reply): Generator<string> {
  const { say } = writer
  const signed = (text: string, office: BotOffice | null = null): string => [text, sign(writer, office)].join('\n\n')
  switch (reply.key) {
    case 'greeting':
    case 'menu':
    case 'not_understood':
      yield signed(say(reply.key, { choices: say('choices') }))
      return
    case 'stopped':
      yield signed(say('stopped', { statusUrl: writer.statusUrl }))
      return
    case 'officer':
    case 'urgent':
    case 'passed_on': {
      const hours = reply.office ? hoursOf(writer, reply.office) : ''
      const when = hours === '' ? say('when.office') : say('when.hours', { hours })
      yield signed(say(reply.key, { when }), reply.office)
      return
    }
    case 'confirmed':
      yield signed(say('confirmed'), reply.office)
      return
    case 'ask_last_four':
      yield signed(say('ask_last_four', { receipt: reply.receiptNumber }))
      return
    case 'own_status':
      yield* ownStatus(writer, reply)
      return
    case 'own_list':
      yield ownList(writer, reply.intakes)
      return
    case 'public_status':
      yield* publicStatus(writer, reply)
      return
    case 'village_choices': {
      const list = reply.villages
        .map(({ name, kecamatan }, index) =>
          say('village_choices.item', { number: index + 1, village: name, kecamatan }),
        )
        .join('\n')
      yield signed(say('village_choices', { list }))
      return
    }
    case 'desks':
      yield* desks(writer, reply.village, reply.desks)
      return
    case 'short_greeting':
    case 'thanks':
      yield say(reply.key)
      return
    default:
      yield signed(say(reply.key))
  }
}

/** The text of one reply, at most 1,000 characters: says as much as fits. Names nobody but as `noticeName` does, and no number of a person. Pure. */
export function writeReply(language: Language, reply: Reply, settings: { statusUrl: string }): string {
  const writer: Writer = {
    language,
    statusUrl: settings.statusUrl,
    say: (key, params) => translate(language, 'bot', key, params),
  }
  for (const text of candidates(writer, reply)) if (text.length <= REPLY_MAX_LENGTH) return text
  throw new RangeError(`the reply ${reply.key} does not fit into one message`)
}
