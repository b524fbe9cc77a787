import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Most of the time goes into waiting for processes, leases and commits: more workers than cores.
    maxWorkers: 4,
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'tests/architecture/**/*.test.ts'] } },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts', 'tests/contracts/**/*.test.ts'],
          globalSetup: ['tests/support/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/support/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
