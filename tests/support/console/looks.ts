import type { Page } from 'playwright-core'
import { expectAccessible, expectNoOverflow, takeScreenshot } from './console.ts'

/** How pages are looked at: both languages, themes and widths. */
export const LOOKS = [
  { language: 'id', theme: 'light', phone: true },
  { language: 'id', theme: 'light', phone: false },
  { language: 'en', theme: 'dark', phone: true },
  { language: 'en', theme: 'dark', phone: false },
] as const
export type Look = (typeof LOOKS)[number]

/** Readable for everybody, nothing cut off; and a photograph for people to look at. */
export async function inspect(page: Page, name: string, { language, theme, phone }: Look): Promise<void> {
  await takeScreenshot(page, `${name}-${language}-${theme}-${phone ? 360 : 1280}`)
  await expectAccessible(page)
  await expectNoOverflow(page)
}
