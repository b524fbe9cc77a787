import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROLES } from '../../src/contracts/access.ts'
import { STREAM_ENDS, STREAM_EVENTS } from '../../src/contracts/api/events.ts'
import { DELIVERY_STATES } from '../../src/contracts/api/whatsapp.ts'
import { CONSENT_BLANKS, CONSENT_PARAGRAPHS, CONSENT_QUESTIONS, CONSENT_VERSION } from '../../src/contracts/consent.ts'
import { ERRORS } from '../../src/contracts/errors.ts'
import { CHANNELS, MARITAL_STATUSES, RELATIONSHIPS } from '../../src/contracts/household-terms.ts'
import { SCHEDULES } from '../../src/contracts/jobs/schedules.ts'
import { ACTION_NAMES, ACTIONS } from '../../src/contracts/lifecycle/actions.ts'
import { PUBLIC_LABELS } from '../../src/contracts/lifecycle/labels.ts'
import { QUEUE_KEYS, queueRule, STORED_QUEUES } from '../../src/contracts/lifecycle/queues.ts'
import { CLOSED_AS, FLAGS, isOpen, MEMBERSHIP_OUTCOMES, STATES } from '../../src/contracts/lifecycle/states.ts'
import { findText, LANGUAGES, translate } from '../../src/contracts/text/index.ts'
import { OUTBOX_CONNECTIONS } from '../../src/platform/outbox/index.ts'
import { queueConnectionsOf } from '../../src/platform/queue/index.ts'
import { migrateCommand } from '../../src/processes/commands/migrate.command.ts'
import { SETTING_NAMES } from '../../src/processes/config.ts'
import { bpjsSettingsSchema } from '../../src/processes/settings/bpjs.settings.ts'
import { coreSettingsSchema } from '../../src/processes/settings/core.settings.ts'
import { whatsappSettingsSchema } from '../../src/processes/settings/whatsapp.settings.ts'
import { commands } from '../../src/processes/wiring/commands.ts'
import { WHATSAPP_QUEUES, WORKER_QUEUES } from '../../src/processes/wiring/jobs.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')
const list = (pattern: string): string[] => globSync(pattern, { cwd: ROOT }).sort()

const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...list('docs/**/*.md')]
const SOURCES = list('{src,tests,bench,scripts}/**/*.{ts,mjs}')

const withoutTicks = (cell: string): string => cell.replaceAll('`', '')
const named = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/gu)].map(([, name]) => name ?? '')

/** The rows of the first table whose header begins with these cells. */
function readTable(document: string, ...header: string[]): string[][] {
  const lines = document.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${header.join(' | ')} |`))
  if (start < 0) throw new Error(`no table headed ${header.join(' | ')}`)
  const rest = lines.slice(start + 2)
  const end = rest.findIndex((line) => !line.startsWith('|'))
  const rows = end < 0 ? rest : rest.slice(0, end)
  return rows.map((line) =>
    line
      .split(/(?<!\\)\|/u)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

describe('docs/errors.md', () => {
  const rows = read('docs/errors.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, code = '', status = '', job = '', meaning = '', remedy = '']) => ({
      code: withoutTicks(code),
      status: Number(status),
      job,
      meaning,
      remedy,
    }))

  it('lists every code once, with its status and what a job does', () => {
    const documented = rows.map(({ code, status, job }) => ({ code, status, job }))
    const actual = Object.entries(ERRORS).map(([code, { status, job }]) => ({ code, status, job }))
    const byCode = (a: { code: string }, b: { code: string }): number => (a.code < b.code ? -1 : 1)
    expect(documented.sort(byCode)).toEqual(actual.sort(byCode))
  })

  it('says what each code means and what to do', () => {
    expect(rows.filter(({ meaning, remedy }) => meaning.length < 10 || remedy.length < 10)).toEqual([])
  })

  it.each(LANGUAGES)('has texts for every code (%s)', (language) => {
    const keys = Object.keys(ERRORS).flatMap((code) => [`${code}.title`, `${code}.detail`])
    expect(keys.filter((key) => !findText(language, 'errors', key))).toEqual([])
  })
})

describe('settings', () => {
  const rows = readTable(read('README.md'), 'name', 'default', 'meaning')

  it('are all in the table of the README, in order', () => {
    expect(rows.map(([name = '']) => withoutTicks(name))).toEqual(SETTING_NAMES)
  })

  it('have the defaults that the README names', () => {
    const defaults = { ...parseNothing(coreSettingsSchema), ...parseNothing(bpjsSettingsSchema) }
    const all: Record<string, unknown> = { ...defaults, ...parseNothing(whatsappSettingsSchema) }
    const documented = new Map(rows.map(([name = '', value = '']) => [withoutTicks(name), withoutTicks(value)]))
    // A list without items and `null` stand for "not set".
    const literal = Object.entries(all).filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    expect(literal.length).toBeGreaterThan(10)
    const differing = literal.filter(([name, value]) => documented.get(name)?.split(',')[0] !== String(value))
    expect(differing).toEqual([])
  })

  it('say how many connections come beside the pool', () => {
    const most = queueConnectionsOf([...WORKER_QUEUES, ...WHATSAPP_QUEUES].length) + OUTBOX_CONNECTIONS
    for (const document of ['README.md', '.env.example']) {
      expect(read(document)).toContain(`Queue and outbox use up to ${most} more.`)
    }
  })

  it('are all in .env.example, in order', () => {
    const names = [...read('.env.example').matchAll(/^#?\s?([A-Z][A-Z0-9_]+)=/gmu)].map(([, name]) => name)
    expect(names).toEqual(SETTING_NAMES)
  })

  it('have the same defaults in .env.example as in the README', () => {
    const documented = new Map(rows.map(([name = '', value = '']) => [withoutTicks(name), named(value)[0] ?? value]))
    const given = [...read('.env.example').matchAll(/^#([A-Z][A-Z0-9_]+)=(.+)$/gmu)]
    expect(given.length).toBeGreaterThan(20)
    expect(given.filter(([, name = '', value]) => documented.get(name) !== value).map(([line]) => line)).toEqual([])
  })
})

describe('docs/events.md', () => {
  const document = read('docs/events.md')

  it('has every event and every reason for an end', () => {
    const events = readTable(document, 'event', 'data', 'load again').map(([name = '']) => withoutTicks(name))
    expect(events).toEqual(Object.keys(STREAM_EVENTS))
    const reasons = readTable(document, '`end` because', 'then').map(([name = '']) => withoutTicks(name))
    expect(reasons.sort()).toEqual([...STREAM_ENDS].sort())
  })
})

/** What the settings are when the operator sets none. */
function parseNothing(schema: { parse(value: unknown): Record<string, unknown> }): Record<string, unknown> {
  return schema.parse({})
}

describe('docs/lifecycle.md', () => {
  const document = read('docs/lifecycle.md')

  it('has the states with their labels, openness and queues', () => {
    const documented = readTable(document, 'state', 'resident reads').map(([state = '', label, open, queues = '']) => ({
      state: withoutTicks(state),
      label,
      open: open === 'yes',
      queues: named(queues),
    }))
    const actual = STATES.map((state) => ({
      state,
      label: translate('id', 'labels', PUBLIC_LABELS[state]),
      open: isOpen(state),
      queues: STORED_QUEUES.filter((queue) => queueRule(queue).states.includes(state)),
    }))
    expect(documented).toEqual(actual)
  })

  it('has the actions with their states and callers', () => {
    const documented = readTable(document, 'action', 'from', 'to').map(
      ([action = '', from = '', to = '', who = '']) => ({
        action: withoutTicks(action),
        from: named(from),
        to: to === 'same' ? null : withoutTicks(to),
        by: who.split(', '),
      }),
    )
    const actual = ACTION_NAMES.map((action) => {
      const { from, to, by } = ACTIONS[action]
      return { action, from: [...from], to, by: [...by] }
    })
    expect(documented).toEqual(actual)
  })

  it('has the queues with all that their table says', () => {
    const documented = readTable(document, 'queue', 'roles', 'states').map(([queue = '', roles = '', ...rest]) => {
      const [states = '', flag = '', scope = '', order = '', clock = ''] = rest.map(withoutTicks)
      return {
        queue: withoutTicks(queue),
        roles: roles.split(', '),
        states: states.split(', '),
        flag,
        scope,
        order,
        clock,
      }
    })
    const actual = QUEUE_KEYS.map((queue) => {
      const { roles, states, flag, scope, sort, clock } = queueRule(queue)
      const said = clock === null ? '-' : clock === 'run_out' ? 'run out' : `${clock.workingHours} from ${clock.from}`
      return { queue, roles: [...roles], states: [...states], flag: flag ?? '-', scope, order: sort, clock: said }
    })
    expect(documented).toEqual(actual)
  })

  it('stays short enough to be read', () => {
    expect(document.split('\n').length).toBeLessThanOrEqual(251)
  })
})

describe('docs/architecture.md', () => {
  const document = read('docs/architecture.md')

  it('has the schedules with their intervals', () => {
    const documented = readTable(document, 'schedule', 'every').map(([name = '', every]) => [withoutTicks(name), every])
    const written = (ms: number): string => (ms > 60_000 ? `${ms / 60_000} min` : `${ms / 1000} s`)
    expect(documented).toEqual(SCHEDULES.map(({ name, everyMs }) => [name, written(everyMs)]))
  })

  it('has every role, membership outcome and delivery state', () => {
    expect(readTable(document, 'role', 'sees proposals').map(([role]) => role)).toEqual(ROLES)
    const outcomes = readTable(document, 'outcome', 'means').map(([outcome = '']) => withoutTicks(outcome))
    expect(outcomes).toEqual(MEMBERSHIP_OUTCOMES)
    const states = readTable(document, 'state', 'means').map(([state = '']) => withoutTicks(state))
    expect(states).toEqual(DELIVERY_STATES)
  })

  it('stays short enough to be read', () => {
    expect(document.split('\n').length).toBeLessThanOrEqual(251)
  })
})

describe('docs/glossary.md', () => {
  const document = read('docs/glossary.md')

  it.each([
    ['role', ROLES],
    ['state', STATES],
    ['flag', FLAGS],
    ['end', CLOSED_AS],
    ['relationship', RELATIONSHIPS],
    ['marital status', MARITAL_STATUSES],
    ['channel', CHANNELS],
  ])('explains every %s', (_kind, words) => {
    expect(words.filter((word) => !document.includes(`\`${word}\``))).toEqual([])
  })

  it('uses the labels that residents read', () => {
    const rows = readTable(document, 'public label (Indonesian)', 'in code')
    const labels = rows.map(([label, state = '']) => [withoutTicks(state), label])
    expect(labels).toEqual(STATES.map((state) => [state, translate('id', 'labels', PUBLIC_LABELS[state])]))
  })
})

describe('docs/id/persetujuan.md', () => {
  const document = read('docs/id/persetujuan.md')

  it('is the version that is stored with every consent', () => {
    expect(CONSENT_VERSION).toMatch(/^\d{4}-\d{2}$/u)
    expect(document).toContain(`**${CONSENT_VERSION}**`)
  })

  it('is word for word the text that the server gives, with its blanks', () => {
    const blanks = Object.fromEntries(
      CONSENT_BLANKS.map((blank) => [blank, translate('id', 'consent', `blank.${blank}`)]),
    )
    const quoted = document
      .split('\n')
      .filter((line) => line.startsWith('>'))
      .map((line) => line.slice(2))
    const paragraphs = quoted
      .join('\n')
      .split('\n\n')
      .map((paragraph) => paragraph.replaceAll('\n', ' '))
    const served = CONSENT_PARAGRAPHS.map((key) => {
      const heading = translate('id', 'consent', `${key}.heading`)
      return `**${heading}** ${translate('id', 'consent', `${key}.text`, blanks)}`
    })
    expect(paragraphs).toEqual(served)
    const flat = document.replaceAll(/\s+/gu, ' ')
    for (const key of CONSENT_QUESTIONS) {
      expect(flat).toContain(`(\`consent.${key}\`): "${translate('id', 'consent', `question.${key}`)}"`)
    }
  })
})

describe('README.md', () => {
  const document = read('README.md')

  it('names every command', () => {
    const [, listed = ''] = /^Commands: `npm run puntadewa -- --help`\. (.+?)\. Runbooks:/mu.exec(document) ?? []
    expect(named(listed)).toEqual([...commands, migrateCommand].map(({ name }) => name).sort())
  })

  it('quotes the demo as it speaks', () => {
    const shown = {
      'AHMAD FAUZI': 'already_active',
      'SITI AMINAH': 'in_review',
      'NUR AZIZAH': 'needs_correction',
    } as const
    const states = Object.entries(shown).map(
      ([name, state]) => `    | ${name}: ${translate('id', 'labels', PUBLIC_LABELS[state])} (${state})`,
    )
    const told = [translate('id', 'demo', 'checked'), ...states].join('\n')
    expect(document).toContain(
      `\`\`\`\n${told}\n\n${translate('id', 'demo', 'decided', { name: 'SITI AMINAH' })}\n\`\`\``,
    )
  })
})

describe('NOTICE', () => {
  it('names the release of the region data that is installed', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
    expect(read('NOTICE')).toContain(`npm package idn-area-data ${dependencies['idn-area-data']},`)
  })
})

describe('every document', () => {
  const each = <Finding>(find: (document: string, text: string) => Finding[]): Finding[] =>
    DOCUMENTS.flatMap((document) => find(document, read(document)))

  it('links to files that exist', () => {
    const links = each((document, text) =>
      [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/gu)].map(([, target = '']) => ({ document, target })),
    ).filter(({ target }) => !/^[a-z]+:/u.test(target))
    expect(links.length).toBeGreaterThan(20)
    const broken = links.filter(({ document, target }) => !existsSync(path.join(ROOT, path.dirname(document), target)))
    expect(broken).toEqual([])
  })

  it('names source files that exist', () => {
    const files = each((document, text) =>
      [...text.matchAll(/`([\w./-]+\.(?:ts|mjs|sql))`/gu)].map(([, file = '']) => ({ document, file })),
    ).filter(({ file }) => !/^(?:x\.|index\.ts$)/u.test(file))
    expect(files.length).toBeGreaterThan(20)
    const isKnown = (file: string): boolean => SOURCES.some((source) => source === file || source.endsWith(`/${file}`))
    expect(files.filter(({ file }) => !isKnown(file))).toEqual([])
  })

  it('names calls that the server answers', () => {
    const routes = new Set(
      list('src/**/*.routes.ts').flatMap((file) =>
        [...read(file).matchAll(/\.(get|post|put|patch|delete)\(\s*['`]([^'`]+)['`]/gu)].map(
          ([, method = '', url = '']) =>
            `${method.toUpperCase()} ${url.replace('${AUTH_BASE_PATH}', '/api/auth').replaceAll(/:(\w+)/gu, '{$1}')}`,
        ),
      ),
    )
    const calls = each((document, text) =>
      [...text.matchAll(/\b(GET|POST|PUT|PATCH|DELETE) +(\/api\/[\w/{}$-]+)/gu)].map(([, method, url = '']) => ({
        document,
        call: `${method} ${url.replace('$ID', '{id}')}`,
      })),
    )
    expect(calls.length).toBeGreaterThan(20)
    expect(calls.filter(({ call }) => !routes.has(call))).toEqual([])
  })

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const used = each((document, text) =>
      [...text.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[\w:-]+)/gu)].map(([, script = '']) => ({
        document,
        script,
      })),
    )
    expect(used.length).toBeGreaterThan(10)
    expect(used.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([])
  })

  it('mentions no path outside the repository', () => {
    const outside = /(?<![\w.:/~}-])(?:\/(?:work|home|root|tmp|mnt|usr|var|opt|etc|Users)\/|~\/|[A-Z]:\\)/u
    const found = each((document, text) =>
      text.split('\n').flatMap((line, index) => (outside.test(line) ? [`${document}:${index + 1}`] : [])),
    )
    expect(found).toEqual([])
  })
})
