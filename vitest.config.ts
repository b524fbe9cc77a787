import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Starts, stops and kills again and again what it tests, or sends it files of a million rows, which takes its time: a command of its own, `npm run test:survival`. */
const SURVIVAL = 'tests/integration/**/*.survival.test.ts'

/**
 * Drives Chromium through every page, and looks at each in both languages, themes and widths: a command of its own,
 * `npm run test:console`. What people do with the console all day long is in `tests/e2e/stories`, which `npm test` runs.
 */
const CONSOLE = 'tests/e2e/console/**/*.test.ts'

/** `expect.poll` waits for something that is under way: a busy machine is no failure, and one second is nothing on it. */
const PATIENT = { poll: { timeout: 30_000 } }

/** The integration tests that take longest, longest first: begun last, one of them would run alone in the end. */
const LONGEST = [
  'access/access.test.ts',
  'stream/stream.test.ts',
  'whatsapp/receipt-order.test.ts',
  'intake/filters.test.ts',
  'access/step-up.test.ts',
  'whatsapp-gateway/web.test.ts',
  'lists/lists.test.ts',
  'accounts/accounts.test.ts',
  'outbox/recovery.test.ts',
  'enrolment/quota-takeover.test.ts',
]

class LongestFirst extends BaseSequencer {
  /** Projects stay as they are, one after the other: a worker serves one. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const projects = [...new Set(sorted.map(({ project }) => project.name))]
    const rankOf = ({ project, moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((file) => moduleId.endsWith(`/${file}`))
      return projects.indexOf(project.name) * 100 + (place === -1 ? LONGEST.length : place)
    }
    return sorted.toSorted((left, right) => rankOf(left) - rankOf(right))
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Most of the time goes into waiting for processes, leases and commits: more workers than cores.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: 'unit',
          expect: PATIENT,
          include: ['src/**/*.test.ts', 'tests/architecture/**/*.test.ts'],
          // A busy machine is no failure.
          testTimeout: 30_000,
          isolate: false,
        },
      },
      {
        test: {
          name: 'integration',
          expect: PATIENT,
          include: ['tests/integration/**/*.test.ts', 'tests/contracts/**/*.test.ts'],
          exclude: [SURVIVAL],
          // Loading the product anew for each file takes a minute of both cores in all. Files share no state: what they need they make.
          isolate: false,
          globalSetup: ['tests/support/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          expect: PATIENT,
          include: ['tests/e2e/**/*.test.ts'],
          exclude: [CONSOLE],
          // As above: sixty seconds of CPU in all.
          isolate: false,
          globalSetup: ['tests/support/global-setup.ts'],
          // Some start the product five times, each on a machine that others use as well.
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'console',
          expect: PATIENT,
          include: [CONSOLE],
          globalSetup: ['tests/support/global-setup.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'survival',
          expect: PATIENT,
          include: ['tests/survival/**/*.test.ts', SURVIVAL],
          globalSetup: ['tests/support/global-setup.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
