import { CONSOLE_PAGES } from '../../../src/contracts/console-pages.ts'

const FILES = ['/', '/assets/*', '/icon.svg', '/color-scheme.js']

/** The console's page and its files: open to everybody, and the same for all. What a person sees in it comes from the API. */
export const isConsoleFile = (url: string): boolean =>
  FILES.includes(url) || CONSOLE_PAGES.some((page) => url === page || url === `${page}/*`)
